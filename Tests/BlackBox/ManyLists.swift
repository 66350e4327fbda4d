/// A directory of many small digest lists, each with digests of its own.
public struct ManyLists {
    /// The directory.
    public let directory: TemporaryDirectory
    /// The names of the lists, in the order of upload.
    public let names: [String]

    /// Writes lists.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - seed: What makes the digests different from those of other directories.
    public init(_ count: Int, seed: Int = 1) throws {
        directory = try TemporaryDirectory(in: "/dev/shm")
        names = (1...count).map { "\($0)-file_list-rpm-package\(seed)" }
        for (number, name) in names.enumerated() {
            let header = HeaderWriter.package(
                seed << 32 | number, mutable: number % 3, immutable: 1 + number % 2)
            try directory.write(header, to: name)
        }
    }

    /// The directory's path.
    public var path: String { directory.path }
}
