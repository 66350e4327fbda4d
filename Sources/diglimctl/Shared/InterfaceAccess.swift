import CommandLineTool
import DigestList
import DigestListTools
import KernelInterface
import LinuxFiles

extension Interface {
    /// Where the interface is.
    ///
    /// - Parameter option: The directory that `--interface` names; `nil` without that option.
    /// - Returns: That directory, or the one that the machine's own file names; `nil` for the
    ///   kernel's own.
    /// - Throws: ``CommandError`` where that file is broken.
    static func place(_ option: Path?) throws(CommandError) -> Path? {
        if let option { return option }
        do throws(InterfaceFile.Failure) {
            return try InterfaceFile.directory().map { Path(bytes: $0) }
        } catch {
            let detail = error.errno.map { ": \($0.text)" } ?? ""
            throw CommandError("\(InterfaceFile.path): \(error.reason)\(detail)")
        }
    }

    /// Opens an interface.
    ///
    /// - Parameter path: The interface's directory; `nil` for the kernel's own.
    /// - Throws: ``CommandError`` where there is none, or this user may not use it.
    init(at path: Path?) throws(CommandError) {
        do throws(InterfaceError) {
            guard let path else {
                self = try Interface()
                return
            }
            self = try path.withCString { (path) throws(InterfaceError) in
                try Interface(path: path)
            }
        } catch {
            throw CommandError("no DIGLIM interface at \(Self.name(path)): \(error.text)")
        }
    }

    /// The interface's directory, for people.
    ///
    /// - Parameter path: The interface's directory; `nil` for the kernel's own.
    static func name(_ path: Path?) -> String { path?.text ?? "\(defaultPath)" }
}

extension InterfaceError {
    /// The error as the end of a sentence: what failed, and the kernel's answer.
    var text: String { "\(step.reason)" + (errno.map { ": \($0.text)" } ?? "") }
}

extension CommandError {
    /// What an error of the interface means to a command.
    ///
    /// - Parameters:
    ///   - subject: What it is about; `nil` for the interface.
    ///   - error: The error.
    init(_ subject: Path? = nil, _ error: InterfaceError) {
        self.init((subject.map { "\($0.text): " } ?? "") + error.text)
    }
}
