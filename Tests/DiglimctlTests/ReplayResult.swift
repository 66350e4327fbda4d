/// What `diglimctl replay --json` prints.
struct ReplayResult: Decodable {
    struct Log: Decodable {
        var file: String
        var form: String
        var bank: String
        var entries: Int
        var error: String?
    }
    struct Register: Decodable {
        var bank: String
        var register: Int
        var value: String?
        var expected: String?
        var agrees: Bool?
        var padded: Bool
        var agreedAfter: Int?
        var reason: String?
    }
    struct Entry: Decodable {
        var number: Int
        var register: Int
        var template: String
        var name: String?
        var algorithm: String?
        var digest: String?
        var meaning: String?
        var list: String?
        var package: String?
        var problems: [String]
        var duplicate: Bool
    }
    var good: Bool
    var problems: [String]
    var fromStart: Bool
    var logs: [Log]
    var registers: [Register]
    var entries: [Entry]

    /// How many entries have each meaning.
    var meanings: [String: Int] {
        Dictionary(grouping: entries) { $0.meaning ?? "none" }.mapValues(\.count)
    }
}

/// What `diglimctl predict --json` prints.
struct PredictResult: Decodable {
    struct Entry: Decodable {
        var register: Int
        var template: String
        var digests: [String: String]
        var name: String
        var digest: String
        var buffer: String?
    }
    struct Register: Decodable, Equatable {
        var bank: String
        var register: Int
        var value: String
    }
    struct Failure: Decodable {
        var file: String?
        var error: String
    }
    var entries: [Entry]
    var registers: [Register]
    var failures: [Failure]
}
