import BlackBox

/// What `diglimctl check --json` prints.
struct CheckResult: Decodable, Equatable {
    struct File: Decodable, Equatable {
        var file: String
        var kind: String?
        var digest: String
        var package: String?
        var expected: String?
        var attribute: String?
        var process: Int?
    }
    struct Files: Decodable, Equatable {
        var name: String
        var reason: String?
        var files: [File]
    }
    struct Failure: Decodable, Equatable {
        var file: String?
        var error: String
    }
    var directory: String
    var algorithm: String
    var lists: Int
    var digests: Int
    var signatures: Bool
    var checked: Int
    var refused: Int
    var changed: [File]
    var unknown: [File]
    var otherAlgorithm: [File]
    var mutable: [File]
    var attribute: [File]
    var newer: [File]
    var violations: [File]
    var missingLists: [Files]
    var uncountedLists: [Files]
    var failures: [Failure]
    var commands: [String]

    /// All files that would be refused.
    var files: [File] {
        changed + unknown + otherAlgorithm + mutable + attribute + newer
            + (missingLists + uncountedLists).flatMap(\.files)
    }
}
