import CommandLineTool
import DigestList

/// What an appended signature says of itself, which nobody has verified yet.
struct SignatureDescription: Encodable {
    /// `openpgp` or `pkcs7`.
    var kind: String
    /// The size of the signature data, in bytes.
    var size: Int
    /// The key's algorithm.
    var algorithm: String?
    /// The hash algorithm.
    var hash: String?
    /// OpenPGP: the key's ID, in hexadecimal.
    var keyID: String?
    /// OpenPGP: when the signature was made, in UTC, as in RFC 3339.
    var created: String?
    /// PKCS#7: the issuer of the signer's certificate, as in RFC 2253.
    var issuer: String?
    /// PKCS#7: the serial number of the signer's certificate, in hexadecimal.
    var serial: String?
    /// PKCS#7: the identifier of the signer's key, in hexadecimal, where it takes the place of
    /// issuer and serial number.
    var subjectKeyID: String?

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
    init(kind: SignatureTrailer.Kind, size: Int) {
        switch kind {
        case .openPGP: self.kind = "openpgp"
        case .pkcs7: self.kind = "pkcs7"
        }
        self.size = size
    }

    /// Takes signature data apart, as far as it can be.
    ///
    /// - Parameters:
    ///   - data: The signature data.
    ///   - kind: What it is.
    /// - Throws: ``CommandError`` where the data is not what it should be.
    mutating func read(
        _ data: UnsafeRawBufferPointer, kind: SignatureTrailer.Kind
    ) throws(CommandError) {
        switch kind {
        case .openPGP: try readOpenPGP(data)
        case .pkcs7: try readPKCS7(data)
        }
    }
}
