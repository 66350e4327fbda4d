import Foundation

/// Real packages in the folder that the environment names.
public enum Corpus {
    private static let folder =
        (ProcessInfo.processInfo.environment["DIGLIM_SHARED"] ?? "") + "/corpus"

    /// The directory of an RPM database with 129 packages.
    public static let database = folder + "/cbl-mariner-2.0"

    /// A database with one package, which has no indexes.
    public static let berkeleyDatabase = folder + "/bdb/Packages"

    /// The directory of packages of rpm's own tests.
    public static let packages = folder + "/rpm-testsuite"

    /// A package that is signed with ECDSA.
    public static let packageWithECDSA =
        folder + "/rpm-v6/rpm-basic-with-ecdsa-2.3.4-5.el9.noarch.rpm"

    /// The directory of packages as RPM 6 makes them, and such of late.
    public static let newPackages = folder + "/rpm-v6"

    /// Whether the packages are there.
    public static let isThere = access(database + "/expected.tsv", R_OK) == 0

    /// What is known of a list of the database.
    public struct Expectation: Sendable {
        /// The list's file name.
        public var name: String
        /// The kernel's name of the digests' algorithm.
        public var algorithm: String
        /// The number of mutable digests.
        public var mutable: Int
        /// The number of immutable digests.
        public var immutable: Int
        /// The SHA-256 of all mutable digests, one behind the other; `-` without any.
        public var mutableDigests: String
        /// The SHA-256 of all immutable digests, one behind the other; `-` without any.
        public var immutableDigests: String
        /// The SHA-256 of the list.
        public var list: String

        /// Whether the package has no digests.
        public var isEmpty: Bool { mutable + immutable == 0 }
    }

    /// What is known of the lists of the database, by name.
    public static func expected() throws -> [Expectation] {
        let text = String(decoding: try readFile(database + "/expected.tsv"), as: UTF8.self)
        return try text.split(separator: "\n").dropFirst().map { line in
            let fields = line.split(separator: "\t").map(String.init)
            guard fields.count == 7, let mutable = Int(fields[2]), let immutable = Int(fields[3])
            else { throw CommandError("no line of the expectations: \(line)") }
            return Expectation(
                name: fields[0], algorithm: fields[1], mutable: mutable, immutable: immutable,
                mutableDigests: fields[4], immutableDigests: fields[5], list: fields[6])
        }
    }

    /// Makes the lists of the database.
    ///
    /// - Parameter directory: Where they go.
    public static func generate(into directory: String) throws {
        try output(
            of: Program.diglimctl.path, "generate", "--output", directory, "--rpmdb", "--dbpath",
            database)
    }
}
