import Foundation
import Testing

/// Measurement lists that were recorded on real machines.
public enum Recording {
    private static let folder =
        (ProcessInfo.processInfo.environment["DIGLIM_SHARED"] ?? "") + "/measurements/"

    /// Whether the recordings are there.
    public static let isThere = access(folder + "boot/pcrs", R_OK) == 0

    /// The path of a recorded file.
    public static func path(_ name: String) -> String { folder + name }

    /// The bytes of a recorded file, unpacked.
    public static func bytes(_ name: String) throws -> [UInt8] {
        guard name.hasSuffix(".gz") else { return try readFile(path(name)) }
        return Array(try output(of: "gzip", "-dc", path(name)).utf8)
    }

    /// Puts the digest lists that the recorded machine had into a directory.
    ///
    /// - Parameter directory: The directory.
    public static func writeLists(into directory: TemporaryDirectory) throws {
        try output(of: "cp", "-r", lists.get().path + "/.", directory.path)
    }

    /// The lists, made once.
    private static let lists = Result {
        let directory = try TemporaryDirectory()
        try Corpus.generate(into: directory.path)
        for name in compactLists { try directory.write(bytes("boot/\(name)"), to: name) }
        return directory
    }

    /// Its compact lists, in the order in which its kernel read them.
    public static let compactLists = [
        "0-file_list-compact-rpm_parser", "0-file_list-compact-upload_digest_lists",
        "0-parser_list-compact-rpm_parser",
    ]
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where the recordings are missing.
    public static var needsRecordings: Self {
        .enabled(if: Recording.isThere, "DIGLIM_SHARED names no folder with measurements")
    }
}
