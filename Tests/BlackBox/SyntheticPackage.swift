/// The tags of a package header that the tests look at or change.
public enum HeaderTag: UInt32, Sendable {
    case name = 1000
    case version = 1001
    case release = 1002
    case epoch = 1003
    case summary = 1004
    case arch = 1022
    case oldFileNames = 1027
    case fileSizes = 1028
    case fileModes = 1030
    case fileDigests = 1035
    case sourceRPM = 1044
    case sourcePackage = 1106
    case dirIndexes = 1116
    case baseNames = 1117
    case dirNames = 1118
    case longFileSizes = 5008
    case fileDigestAlgorithm = 5011
}

extension HeaderWriter {
    /// Creates the header of a package.
    ///
    /// - Parameters:
    ///   - files: The package's files.
    ///   - algorithm: The digests' algorithm by OpenPGP's number; `nil` for a header that does not
    ///     name it.
    public init(of files: [PackagedFile], algorithm: UInt32? = 8) {
        self.init([
            .string(.name, "odd"), .string(.version, "1"), .string(.release, "1"),
            .string(.arch, "noarch"), .string(.sourceRPM, "odd-1-1.src.rpm"),
        ])
        guard !files.isEmpty else { return }
        let directories = Set(files.map(\.directory)).sorted()
        let indexes = Dictionary(uniqueKeysWithValues: zip(directories, 0..<UInt32.max))
        entries += [
            .numbers(.fileSizes, files.map { UInt32(truncatingIfNeeded: $0.size) }),
            .numbers(.fileModes, files.map(\.mode)),
            .strings(.fileDigests, files.map(\.digest)),
            .numbers(.dirIndexes, files.map { indexes[$0.directory] ?? 0 }),
            .strings(.baseNames, files.map(\.name)),
            .strings(.dirNames, directories),
        ]
        if let algorithm {
            self[.fileDigestAlgorithm] = .numbers(.fileDigestAlgorithm, [algorithm])
        }
    }

    /// The header of a package of so many mutable files and so many executables.
    ///
    /// - Parameters:
    ///   - seed: What makes the digests different from those of other packages.
    ///   - mutable: The number of mutable files.
    ///   - immutable: The number of executables, which come after the others.
    public static func package(
        _ seed: Int, mutable: Int = 1, immutable: Int = 0
    ) -> HeaderWriter {
        HeaderWriter(
            of: (0..<mutable + immutable).map { number in
                PackagedFile(
                    name: "file\(number)", mode: number < mutable ? 0o100644 : 0o100755,
                    digest: madeUpDigest(seed, number))
            })
    }
}

extension TemporaryDirectory {
    /// Writes the digest list of an unsigned package.
    ///
    /// - Parameters:
    ///   - package: The package's header.
    ///   - name: The list's file name.
    /// - Returns: The list's path.
    @discardableResult
    public func write(_ package: HeaderWriter, to name: String) throws -> String {
        try write(package.bytes(), to: name)
    }
}

/// A digest as of SHA-256, different for each pair of numbers.
public func madeUpDigest(_ first: Int, _ second: Int = 0) -> String {
    func digits(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
    return digits(first) + digits(second)
}
