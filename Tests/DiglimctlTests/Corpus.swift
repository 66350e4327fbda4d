import Foundation
import Testing

/// Real packages in the folder that the environment names.
enum Corpus {
    private static let folder = ProcessInfo.processInfo.environment["DIGLIM_SHARED"]
        .map { $0 + "/corpus" }

    /// Whether the packages are there, and a program to run on them.
    static let isAvailable =
        Diglimctl.isAvailable
        && folder.map { access($0 + "/cbl-mariner-2.0/expected.tsv", R_OK) == 0 } == true

    /// Why the tests are skipped without.
    static let absence: Comment = "DIGLIM_SHARED names no folder with the corpus, or no diglimctl"

    /// The directory of an RPM database with 129 packages.
    static var database: String { get throws { try #require(folder) + "/cbl-mariner-2.0" } }

    /// The directory of packages of rpm's own tests.
    static var packages: String { get throws { try #require(folder) + "/rpm-testsuite" } }

    /// What is known of a list of the database.
    struct Expectation {
        var name: String
        var algorithm: String
        var mutable: Int
        var immutable: Int
        /// The SHA-256 of all mutable digests, one behind the other; `-` without any.
        var mutableDigests: String
        /// The SHA-256 of all immutable digests, one behind the other; `-` without any.
        var immutableDigests: String
        /// The SHA-256 of the list.
        var list: String
    }

    /// What is known of the lists of the database.
    static var expected: [Expectation] {
        get throws {
            let text = String(decoding: try readFile(database + "/expected.tsv"), as: UTF8.self)
            return try text.split(separator: "\n").dropFirst().map { line in
                let fields = line.split(separator: "\t").map(String.init)
                return Expectation(
                    name: fields[0], algorithm: fields[1], mutable: try #require(Int(fields[2])),
                    immutable: try #require(Int(fields[3])), mutableDigests: fields[4],
                    immutableDigests: fields[5], list: fields[6])
            }
        }
    }

    /// Makes the lists of the database.
    ///
    /// - Parameter directory: Where they go.
    static func generate(into directory: TemporaryDirectory) throws {
        let outcome = try Diglimctl.run(
            "generate", "--output", directory.path, "--rpmdb", "--dbpath", database)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }
}

/// What `diglimctl generate --json` prints.
struct GenerateResult: Decodable {
    struct List: Decodable {
        var name: String
        var package: String
        var signed: Bool
        var result: String
    }
    struct Failure: Decodable {
        var file: String?
        var error: String
    }
    var directory: String
    var lists: [List]
    var written: Int
    var unchanged: Int
    var unsigned: Int
    var passedOver: Int
    var failed: Int
    var failures: [Failure]
}

/// What `diglimctl show --json` prints for a file.
struct ShownList: Decodable {
    struct Block: Decodable {
        var type: String
        var algorithm: String
        var immutable: Bool
        var modifiers: Int
        var count: Int
    }
    struct Signature: Decodable {
        var kind: String
        var size: Int
        var algorithm: String?
        var hash: String?
        var keyId: String?
        var created: String?
        var issuer: String?
        var serial: String?
        var subjectKeyId: String?
    }
    struct Digest: Decodable {
        var algorithm: String
        var digest: String
        var immutable: Bool
        var path: String?
    }
    var file: String
    var size: Int?
    var format: String?
    var package: String?
    var blocks: [Block]?
    var mutable: Int?
    var immutable: Int?
    var signature: Signature?
    var label: String?
    var namedAsList: Bool?
    var digests: [Digest]?
    var error: String?
}
