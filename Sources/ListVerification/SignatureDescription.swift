import AppendedSignature
import CommandLineTool
import DigestList

/// What an appended signature says of itself, which nobody has verified yet.
public struct SignatureDescription: Codable {
    /// `openpgp` or `pkcs7`.
    public var kind: String
    /// The size of the signature data, in bytes.
    public var size: Int
    /// The key's algorithm.
    public var algorithm: String?
    /// The hash algorithm.
    public var hash: String?
    /// OpenPGP: the key's ID, in hexadecimal.
    public var keyID: String?
    /// OpenPGP: when the signature was made, in UTC, as in RFC 3339.
    public var created: String?
    /// PKCS#7: the issuer of the signer's certificate, as in RFC 2253.
    public var issuer: String?
    /// PKCS#7: the serial number of the signer's certificate, in hexadecimal.
    public var serial: String?
    /// PKCS#7: the identifier of the signer's key, in hexadecimal, where it takes the place of
    /// issuer and serial number.
    public var subjectKeyID: String?

    private enum CodingKeys: String, CodingKey {
        case kind
        case size
        case algorithm
        case hash
        case keyID = "key_id"
        case created
        case issuer
        case serial
        case subjectKeyID = "subject_key_id"
    }

    /// Begins the description of a signature.
    ///
    /// - Parameters:
    ///   - kind: What the signature data is.
    ///   - size: Its size, in bytes.
    public init(kind: SignatureTrailer.Kind, size: Int) {
        switch kind {
        case .openPGP: self.kind = "openpgp"
        case .pkcs7: self.kind = "pkcs7"
        }
        self.size = size
    }

    /// Describes an OpenPGP signature, as far as it can be read.
    ///
    /// - Parameter data: The signature data.
    public init(openPGP data: [UInt8]) {
        self.init(kind: .openPGP, size: data.count)
        try? read(SignedFile.Signature(kind: .openPGP, data: data))
    }

    /// Takes an appended signature apart, as far as it can be.
    ///
    /// - Parameter signature: The signature.
    /// - Throws: ``CommandError`` where its data is not what its trailer says.
    public mutating func read(_ signature: SignedFile.Signature) throws(CommandError) {
        switch signature.kind {
        case .openPGP: read(try OpenPGPFields(signature.data))
        case .pkcs7:
            do { read(try CMSMessage(signature.data)) } catch {
                throw CommandError(printable(error.text.utf8))
            }
        }
    }

    /// Describes an OpenPGP signature.
    ///
    /// - Parameter fields: What it says of itself.
    mutating func read(_ fields: OpenPGPFields) {
        algorithm = OpenPGPFields.algorithm(fields.algorithm)
        hash = OpenPGPFields.hash(fields.hash)
        keyID = fields.keyID.map(hexadecimal)
        created = fields.creationTime.map { utcTime(Int($0)) }
    }

    /// Describes a CMS message.
    ///
    /// - Parameter message: The message.
    mutating func read(_ message: CMSMessage) {
        algorithm = message.algorithm
        hash = message.hash
        issuer = message.issuer.map { printable($0.utf8) }
        serial = message.serial
        subjectKeyID = message.subjectKeyID
    }
}
