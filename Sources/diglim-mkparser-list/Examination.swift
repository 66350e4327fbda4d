import CommandLineTool
import Glibc

/// What there is to say against a file as a parser.
struct Examination {
    /// Why a list of it would be useless or dangerous, a sentence each.
    private(set) var objections: [String] = []
    /// What may be wrong with its digest later, a sentence each.
    private(set) var warnings: [String] = []

    /// Looks at a file's name, place and permissions.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - mode: The file's mode, as in `st_mode`.
    init(of path: Path, mode: mode_t) {
        if !path.lastComponent.isNameOfParser {
            objections.append(
                "the name is not FORMAT_parser, by which the kernel's uploader finds parsers")
        }
        if mode & (S_IXUSR | S_IXGRP | S_IXOTH) == 0 {
            objections.append("not an executable: nobody may execute it")
        }
        if mode & (S_IWGRP | S_IWOTH) != 0 {
            objections.append("writable by others than its owner")
        }
        if path.isBelowBuildDirectory {
            warnings.append(
                "below $RPM_BUILD_DIR: rpmbuild may strip what it installs, which has another "
                    + "digest then; take the file below $RPM_BUILD_ROOT, as the last step")
        }
    }

    /// Looks at a file's content.
    ///
    /// - Parameters:
    ///   - descriptor: The file; its offset is neither used nor moved.
    ///   - size: The file's size, in bytes.
    mutating func examine(_ descriptor: Int32, size: UInt64) {
        do { judge(try ExecutableFormat(of: descriptor, size: size)) } catch {
            objections.append("not an executable: \(Self.text(error, descriptor))")
        }
    }

    private mutating func judge(_ format: ExecutableFormat) {
        if !format.isExecutable {
            objections.append("not an executable: a shared library or an object file")
        }
        if format.hasInterpreter {
            objections.append(
                "has an interpreter, the dynamic linker, which the kernel would trust too")
        }
        if format.needsLibraries {
            objections.append("needs shared libraries, which the kernel would trust too")
        }
        if format.hasExecutableStack {
            objections.append(
                "has an executable stack, or no segment PT_GNU_STACK that says otherwise")
        }
        if format.hasWritableCode {
            objections.append("has memory that is writable and executable")
        }
        if format.canBeStripped {
            warnings.append(
                "has symbols or debug information: if they are stripped later, the digest is not "
                    + "that of the installed file")
        }
    }

    private static func text(_ error: ELFError, _ descriptor: Int32) -> String {
        var start = [UInt8](repeating: 0, count: 2)
        let isScript =
            error == .notELF && pread(descriptor, &start, 2, 0) == 2
            && start.elementsEqual("#!".utf8)
        return isScript ? "a script" : "\(error.reason)"
    }
}

extension Path {
    /// Whether the name is one that the kernel's uploader looks for, which is `FORMAT_parser`.
    fileprivate var isNameOfParser: Bool {
        let suffix = "_parser".utf8
        return bytes.count > suffix.count && bytes.suffix(suffix.count).elementsEqual(suffix)
    }

    /// Whether `rpmbuild(8)` unpacks and builds sources there, and does not install there.
    fileprivate var isBelowBuildDirectory: Bool {
        isBelow(variable: "RPM_BUILD_DIR") && !isBelow(variable: "RPM_BUILD_ROOT")
    }

    /// Whether the path leads into the directory that an environment variable names.
    private func isBelow(variable: String) -> Bool {
        guard let value = getenv(variable), value.pointee != 0,
            let directory = Path(cString: value).resolved, let path = resolved
        else { return false }
        return path.bytes.starts(with: directory.appending("").bytes)
    }

    /// The absolute path without symbolic links; `nil` where there is nothing.
    private var resolved: Path? {
        guard let path = withCString({ realpath($0, nil) }) else { return nil }
        defer { free(path) }
        return Path(cString: path)
    }
}
