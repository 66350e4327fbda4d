import AppendedSignature
import CommandLineTool
import Glibc
import SigningOptions

/// Where the signatures of lists come from.
enum SignatureSource {
    /// A key with its certificate.
    case key(Signer)
    /// A directory with what was signed elsewhere, with the key of a certificate.
    case directory(Path, Certificate, SigningOptions)

    /// The subject of the signer's certificate, for people.
    var signer: String {
        switch self {
        case .key(let signer): printable(signer.certificate.subject.utf8)
        case .directory(_, let certificate, _): printable(certificate.subject.utf8)
        }
    }

    /// A list with its signature.
    ///
    /// - Parameter list: The list.
    /// - Returns: The file's bytes.
    /// - Throws: ``CommandError`` where there is no signature that is good.
    func sign(_ list: ParserList) throws(CommandError) -> [UInt8] {
        let message =
            switch self {
            case .key(let signer):
                try Self.signature(by: signer, of: list)
            case .directory(let directory, let certificate, let options):
                try ReturnedSignature(of: list, in: directory).message(certificate, options)
            }
        return SignedFile(content: list.bytes, signature: .init(kind: .pkcs7, data: message)).bytes
    }

    private static func signature(
        by signer: Signer, of list: ParserList
    ) throws(CommandError) -> [UInt8] {
        do { return try signer.sign(list.bytes) } catch {
            throw CommandError("\(list.name.text): \(printable(error.text.utf8))")
        }
    }
}
