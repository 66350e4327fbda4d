import DigestList
import DigestListTools

/// A file's bytes, taken apart into what is signed and the appended signature.
public struct SignedFile {
    /// What the signature is over.
    public var content: [UInt8]
    /// The appended signature; `nil` without one.
    public var signature: Signature?

    /// An appended signature.
    public struct Signature: Equatable, Sendable {
        /// What the signature data is.
        public var kind: SignatureTrailer.Kind
        /// The signature data.
        public var data: [UInt8]

        /// Creates a signature.
        ///
        /// - Parameters:
        ///   - kind: What the signature data is.
        ///   - data: The signature data.
        public init(kind: SignatureTrailer.Kind, data: [UInt8]) {
            self.kind = kind
            self.data = data
        }
    }

    /// Creates the parts of a file.
    ///
    /// - Parameters:
    ///   - content: What the signature is over.
    ///   - signature: The appended signature; `nil` without one.
    public init(content: [UInt8], signature: Signature?) {
        self.content = content
        self.signature = signature
    }

    /// Takes a file apart.
    ///
    /// - Parameter file: The file's bytes.
    /// - Throws: ``SignatureTrailerError`` where the file ends as one with a signature does, but the
    ///   trailer makes no sense.
    public init(_ file: [UInt8]) throws(SignatureTrailerError) {
        let trailer = try SignatureTrailer(end: file.span.bytes, fileSize: file.count)
        guard let trailer else {
            self.init(content: file, signature: nil)
            return
        }
        let end = file.count - SignatureTrailer.size
        let start = end - Int(trailer.signatureLength)
        self.init(
            content: Array(file[..<start]),
            signature: Signature(kind: trailer.kind, data: Array(file[start..<end])))
    }

    /// The whole file: content, signature data, trailer.
    public var bytes: [UInt8] {
        guard let signature else { return content }
        // An upload is far from 4 GiB, and so is every signature.
        let trailer = signature.kind.trailer(signatureLength: UInt32(signature.data.count))
        return content + signature.data + trailer
    }
}
