/// What `diglimctl sign --json` prints for a file.
struct SignedResult: Decodable, Equatable {
    var file: String
    var result: String
    var error: String?
}

/// What `diglimctl verify --json` prints for a file.
struct VerifiedResult: Decodable {
    struct Signer: Decodable, Equatable {
        var subject: String?
        var serial: String?
        var userId: String?
        var keyId: String?
    }
    var file: String
    var format: String?
    var verdict: String
    var signer: Signer?
    var signature: ShownList.Signature?
    var reason: String?
    var warnings: [String]?
}
