import AppendedSignature
import CommandLineTool
import Glibc
import SigningOptions

/// A signature that was made elsewhere.
struct ReturnedSignature {
    private let list: ParserList
    private let path: Path
    private let bytes: [UInt8]
    /// Whether the file's name says that it is a CMS message.
    private let isNamedAsMessage: Bool

    /// Finds and reads the signature of a list.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - directory: Where the signature is, in a file of the list's name and `.sig` or `.p7s`.
    /// - Throws: ``CommandError`` where there is none that can be read, or more than one.
    init(of list: ParserList, in directory: Path) throws(CommandError) {
        let file = directory.appending(list.name)
        let (signature, message) = (file.withSuffix(".sig"), file.withSuffix(".p7s"))
        isNamedAsMessage = Self.exists(message)
        if isNamedAsMessage && Self.exists(signature) {
            throw CommandError("\(signature.text): there is a .p7s, too; only one can be right")
        }
        self.list = list
        path = isNamedAsMessage ? message : signature
        do { bytes = try Self.read(path) } catch {
            throw CommandError("\(path.text): \(error.text)")
        }
    }

    private static func exists(_ path: Path) -> Bool {
        path.withCString { access($0, F_OK) } == 0
    }

    private static func read(_ path: Path) throws(CommandError) -> [UInt8] {
        // Far more than any key's signature takes, in bytes.
        let limit = 1 << 20
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        return try readAll(descriptor, limit: limit, for: "a signature")
    }

    /// The signature as a CMS message, which has been verified.
    ///
    /// - Parameters:
    ///   - certificate: The signer's certificate.
    ///   - options: What a message around the value of a signature has to be like.
    /// - Throws: ``CommandError`` where it is no signature, or not one of this list.
    func message(
        _ certificate: Certificate, _ options: SigningOptions
    ) throws(CommandError) -> [UInt8] {
        do throws(SigningError) {
            if let objection, !isNamedAsMessage {
                return try assembled(certificate, options, objection)
            }
            return try DetachedSignature.check(
                cms: bytes, over: list.bytes, certificate: certificate)
        } catch {
            throw CommandError("\(path.text): \(printable(error.text.utf8))")
        }
    }

    /// Why the bytes are no CMS message; `nil` where they are one.
    private var objection: String? {
        do {
            _ = try CMSMessage(bytes)
            return nil
        } catch {
            return error.text
        }
    }

    private func assembled(
        _ certificate: Certificate, _ options: SigningOptions, _ objection: String
    ) throws(SigningError) -> [UInt8] {
        do {
            return try DetachedSignature.assemble(
                raw: bytes, over: list.bytes, certificate: certificate, hash: options.hash,
                identifier: options.identifier)
        } catch {
            throw SigningError("\(error.text); and no CMS message: \(objection)")
        }
    }
}
