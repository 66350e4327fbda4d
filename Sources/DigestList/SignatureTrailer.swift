/// The end of a file with an appended signature, which tells where the signature is.
///
/// The layout is `struct module_signature` of `<linux/module_signature.h>` and the marker after
/// it: 12 and 28 bytes, the length big endian.
public struct SignatureTrailer: Sendable {
    /// The marker at the very end, `MODULE_SIG_STRING`.
    public static let marker: StaticString = "~Module signature appended~\n"
    /// The size of the structure and the marker, in bytes.
    public static let size = 12 + 28

    /// What the signature data is.
    public enum Kind: UInt8, Sendable {
        /// An OpenPGP signature, as RPM headers carry them (`PKEY_ID_PGP`).
        case openPGP = 0
        /// A CMS message in DER (`PKEY_ID_PKCS7`).
        case pkcs7 = 2
    }

    /// What the signature data is.
    public let kind: Kind
    /// The length of the signature data in front of the structure, in bytes.
    public let signatureLength: UInt32

    /// Reads the trailer of a file.
    ///
    /// - Parameters:
    ///   - end: The last bytes of the file, at least the last 40 where it has so many.
    ///   - fileSize: The file's whole size, in bytes.
    /// - Returns: `nil` where the file does not end with the marker.
    /// - Throws: ``SignatureTrailerError`` where the structure makes no sense.
    public init?(end: RawSpan, fileSize: Int) throws(SignatureTrailerError) {
        let markerSize = Self.marker.utf8CodeUnitCount
        let count = end.byteCount
        guard count >= markerSize, end.matches(Self.marker, in: count - markerSize..<count) else {
            return nil
        }
        guard count >= Self.size else { throw .truncated }
        let start = count - Self.size
        guard let kind = Kind(rawValue: end[start + 2]) else { throw .kind }
        for offset in [0, 1, 3, 4, 5, 6, 7] where end[start + offset] != 0 { throw .fields }
        self.kind = kind
        signatureLength = UInt32(
            bigEndian: end.unsafeLoadUnaligned(fromByteOffset: start + 8, as: UInt32.self))
        guard signatureLength > 0, Int(signatureLength) <= fileSize - Self.size else {
            throw .length
        }
    }
}

/// What is wrong with a file's signature trailer.
public enum SignatureTrailerError: Error, Sendable {
    case truncated, kind, fields, length

    /// The error in words.
    public var reason: StaticString {
        switch self {
        case .truncated: "the appended signature's trailer is cut off"
        case .kind: "the appended signature is of an unknown kind"
        case .fields: "the appended signature's trailer has fields that must be 0"
        case .length: "the appended signature's length runs off the file"
        }
    }
}
