/// What `diglimctl generate --json` prints.
struct GenerateResult: Decodable {
    struct List: Decodable {
        var name: String
        var package: String
        var signed: Bool
        var signature: Signature?
        var leftOut: [Signature]?
        var result: String
    }
    struct Signature: Decodable {
        var algorithm: String?
        var version: Int?
        var keyId: String?
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
    var pruned: Int
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
    var leftOut: [Signature]?
    var label: String?
    var namedAsList: Bool?
    var digests: [Digest]?
    var error: String?
}
