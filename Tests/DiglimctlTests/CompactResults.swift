import BlackBox
import Foundation
import Testing

/// What `diglimctl compact --json` prints.
struct CompactResult: Decodable {
    var list: String
    var result: String
    var type: String
    var algorithm: String
    var mutable: Int
    var immutable: Int
    var bytes: Int
    var passedOver: Int
    var failed: Int
    var failures: [GenerateResult.Failure]
}

/// A file, as programs of others see it.
struct ReferenceFile {
    /// The file's path.
    var path: [UInt8]
    /// The digest, in hexadecimal.
    var digest: String
    /// Whether the file may not change, by the tests' own account of the rule.
    var isImmutable: Bool

    /// The regular files in a directory, however far down, by the names on their paths; without
    /// those that cannot be read.
    ///
    /// - Parameters:
    ///   - directory: The directory's path, without symbolic links.
    ///   - program: What takes the digests, such as `sha256sum`.
    static func all(in directory: String, program: String = "sha256sum") throws -> [Self] {
        let scratch = try TemporaryDirectory()
        // To a file, as the names need not be text.
        try output(
            of: "sh", "-c",
            """
            find "$1" -type f -readable -print0 2>/dev/null | xargs -0 -r "$2" --zero >"$3"
            """, "sh", directory, program, scratch.path("digests"))
        return try scratch.bytes(of: "digests").split(separator: 0).map(Self.init)
            .sorted {
                $0.names.lexicographicallyPrecedes($1.names) {
                    $0.lexicographicallyPrecedes($1)
                }
            }
    }

    /// Reads a line such as that of `sha256sum --zero`.
    private init(_ line: ArraySlice<UInt8>) throws {
        digest = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        path = Array(line.dropFirst(digest.utf8.count + 2))
        var status = stat()
        let name = path.map { CChar(bitPattern: $0) } + [0]
        try #require(lstat(name, &status) == 0)
        let slash = (path.lastIndex(of: UInt8(ascii: "/")) ?? 0) + 1
        isImmutable =
            PackagedFile(
                directory: String(decoding: path[..<slash], as: UTF8.self),
                name: String(decoding: path[slash...], as: UTF8.self),
                mode: UInt16(truncatingIfNeeded: status.st_mode), size: UInt64(status.st_size),
                digest: digest
            ).isImmutable
    }

    private var names: [ArraySlice<UInt8>] { path.split(separator: UInt8(ascii: "/")) }
}

extension [ReferenceFile] {
    /// The blocks of the list that the files make.
    ///
    /// - Parameters:
    ///   - algorithm: The algorithm's number.
    ///   - allImmutable: Whether no file may change.
    func blocks(algorithm: UInt16 = 4, allImmutable: Bool = false) -> [ListBlock] {
        [false, true].compactMap { immutable in
            let digests = filter { (allImmutable || $0.isImmutable) == immutable }
                .map { bytes(hexadecimal: $0.digest) }
            if digests.isEmpty { return nil }
            return ListBlock(modifiers: immutable ? 1 : 0, algorithm: algorithm, digests)
        }
    }
}
