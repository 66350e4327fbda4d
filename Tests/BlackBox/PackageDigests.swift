/// A file of a package, as the package describes it.
public struct PackagedFile: Equatable, Sendable {
    /// The file's directory, with a slash at its end.
    public var directory: String
    /// The file's name without its directory.
    public var name: String
    /// The file's type and permissions.
    public var mode: UInt16
    /// The file's size, in bytes.
    public var size: UInt64
    /// The file's digest in hexadecimal; empty for what has none.
    public var digest: String

    /// Creates a file.
    public init(
        directory: String = "/usr/share/odd/", name: String = "file", mode: UInt16 = 0o100644,
        size: UInt64 = 1, digest: String
    ) {
        self.directory = directory
        self.name = name
        self.mode = mode
        self.size = size
        self.digest = digest
    }

    /// Whether the file may not change, by the rule of the kernel's own tools.
    public var isImmutable: Bool {
        if ["/lib/firmware", "/usr/libexec/sudo", "/lib64/"].contains(where: directory.contains) {
            return true
        }
        if directory.contains("/lib/modules"), !name.hasPrefix("modules.") { return true }
        let isExecutable = mode & 0o111 != 0
        let isWritable = mode & 0o222 != 0
        return size != 0 && (isExecutable || !isWritable)
    }
}

/// The digests of a package, by what may become of the files.
public struct PackageDigests: Equatable, Sendable {
    /// The digests of files that may change, in hexadecimal.
    public var mutable: [String] = []
    /// The digests of files that may not, in hexadecimal.
    public var immutable: [String] = []

    /// Creates no digests.
    public init() {}

    /// Takes the digests of a package's files.
    ///
    /// - Parameter files: The files, in the package's order.
    public init(of files: [PackagedFile]) {
        for file in files where !file.digest.isEmpty {
            if file.isImmutable {
                immutable.append(file.digest)
            } else {
                mutable.append(file.digest)
            }
        }
    }

    /// Takes the digests of lists that were uploaded for one package.
    ///
    /// - Parameter lists: The lists.
    public init(of lists: [LoadedList]) throws {
        for block in try lists.flatMap({ try $0.blocks }) {
            let digests = block.digests.map { hexadecimal($0) }
            if block.isImmutable { immutable += digests } else { mutable += digests }
        }
    }

    /// The number of digests.
    public var count: Int { mutable.count + immutable.count }
}
