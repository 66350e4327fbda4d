import Foundation
import Testing

/// One of the built programs, from the folder that the environment names.
public enum Program: String, Sendable {
    case parser = "rpm_parser"
    case uploader = "upload_digest_lists"
    case watcher = "watch_digest_lists"
    case diglimctl
    case emulator = "diglim-emulator"
    case enforcer = "diglim-enforcer"
    case mkparserList = "diglim-mkparser-list"
    case rpmPlugin = "diglim.so"

    /// The folder of the built programs.
    public static let folder = ProcessInfo.processInfo.environment["DIGLIM_BIN"]

    /// The executable's path; the name alone where the environment names no folder.
    public var path: String { (Self.folder.map { $0 + "/" } ?? "") + rawValue }

    /// Whether the program is there.
    public var isBuilt: Bool { Self.folder != nil && access(path, X_OK) == 0 }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where built programs are missing, or FUSE to mount the emulator with.
    ///
    /// - Parameter programs: The programs.
    public static func needs(_ programs: Program...) -> Self {
        let missing = programs.filter { !$0.isBuilt }.map(\.rawValue)
        let hasFUSE = !programs.contains(.emulator) || canUseFUSE
        return .enabled(
            if: missing.isEmpty && hasFUSE,
            missing.isEmpty
                ? "no FUSE to mount the emulator with"
                : "DIGLIM_BIN names no folder with \(missing.joined(separator: ", "))")
    }

    /// Skips tests where there is no FUSE to mount an interface with.
    public static var needsFUSE: Self { .enabled(if: canUseFUSE, "no FUSE to mount with") }

    /// Skips tests where the folder with real packages is missing.
    public static var needsCorpus: Self {
        .enabled(if: Corpus.isThere, "DIGLIM_SHARED names no folder with the corpus")
    }

    /// Skips tests that only root can run.
    public static var needsRoot: Self { .enabled(if: geteuid() == 0, "only root can") }

    /// Skips tests where file systems cannot be mounted for a test alone.
    public static var needsMounts: Self {
        .enabled(if: canMount, "nothing can be mounted here, not even for a test alone")
    }
}

private let canUseFUSE = access("/dev/fuse", W_OK) == 0

private let canMount =
    (try? runProgram("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]))?.status == 0
