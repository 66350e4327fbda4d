/// The end of a file with an appended signature, which tells where the signature is.
///
/// The layout is `struct module_signature` of `<linux/module_signature.h>` and the marker after
/// it: 12 and 28 bytes, the length big endian.
public struct SignatureTrailer: Equatable, Sendable {
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
    public var kind: Kind
    /// The length of the signature data in front of the structure, in bytes.
    public var signatureLength: UInt32

    /// Creates a trailer.
    ///
    /// - Parameters:
    ///   - kind: What the signature data is.
    ///   - signatureLength: The length of the signature data, in bytes.
    public init(kind: Kind, signatureLength: UInt32) {
        self.kind = kind
        self.signatureLength = signatureLength
    }

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

    /// The trailer's bytes, as they stand at the end of a file.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = [0, 0, kind.rawValue, 0, 0, 0, 0, 0]
        for shift in [24, 16, 8, 0] as [UInt32] {
            bytes.append(UInt8(truncatingIfNeeded: signatureLength >> shift))
        }
        for index in 0..<Self.marker.utf8CodeUnitCount {
            bytes.append(Self.marker.utf8Start[index])
        }
        return bytes
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
