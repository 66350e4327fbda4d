import AppendedSignature
import CommandLineTool
import SigningOptions

/// Who may sign digest lists: the certificates and the OpenPGP keys in a directory, and nobody else.
///
/// What a file is, its content tells; its name is of no meaning, and neither is the order.
public struct TrustedKeys {
    /// Who may sign with PKCS#7.
    public let certificates: [Certificate]
    /// Who may sign with OpenPGP.
    public let keyring: Keyring

    /// Reads a directory.
    ///
    /// Librpm is tried in processes of its own, so there must be no other thread.
    ///
    /// - Parameters:
    ///   - directory: The directory. Each file in it is a certificate in PEM or DER, or has OpenPGP
    ///     public keys, armored or binary.
    ///   - messages: What tells of files that are neither, which are left out.
    /// - Throws: ``CommandError`` where the directory cannot be read, or has nobody to trust.
    public init(in directory: Path, _ messages: Messages) throws(CommandError) {
        let names: [Path]
        do { names = try entries(of: directory) } catch {
            throw CommandError("\(directory.text): \(error.text): \(Self.advice)")
        }
        var certificates: [Certificate] = []
        var keyrings: [(path: Path, bytes: [UInt8])] = []
        for name in names.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            let path = directory.appending(name)
            do {
                let bytes = try KeyringFile.bytes(of: path)
                switch try Kind(of: bytes) {
                case .certificate: certificates.append(try Self.certificate(bytes, path, messages))
                case .keyring: keyrings.append((path, bytes))
                }
            } catch {
                messages.warning(path.text, "left out: \(error.text)")
            }
        }
        keyring = try Self.keyring(keyrings, messages)
        self.certificates = certificates
        if certificates.isEmpty && keyring.isEmpty {
            throw CommandError("\(directory.text): nobody to trust: \(Self.advice)")
        }
    }

    private static let advice = """
        put the certificates (PEM or DER) and OpenPGP public keys there of those who sign digest \
        lists, or give --unsigned
        """

    /// What a file has.
    private enum Kind {
        case certificate, keyring

        /// Tells it by the file's bytes.
        init(of file: [UInt8]) throws(CommandError) {
            // What begins a sequence in DER.
            if file.first == 0x30 || !lines(of: file, beginningWith: Self.pemStart).isEmpty {
                self = .certificate
            } else if KeyringFile.isBinary(file) || KeyringFile.isArmored(file) {
                self = .keyring
            } else {
                throw CommandError("neither a certificate nor OpenPGP public keys")
            }
        }

        static let pemStart = Array("-----BEGIN CERTIFICATE-----".utf8)
    }

    private static func certificate(
        _ file: [UInt8], _ path: Path, _ messages: Messages
    ) throws(CommandError) -> Certificate {
        let certificate: Certificate
        do { certificate = try Certificate(encoded: file, name: "it") } catch {
            throw CommandError(printable(error.text.utf8))
        }
        if lines(of: file, beginningWith: Kind.pemStart).count > 1 {
            messages.warning(path.text, "of several certificates the first is taken")
        }
        if let warning = certificate.validityWarning { messages.warning(path.text, warning) }
        return certificate
    }

    private static func keyring(
        _ files: [(path: Path, bytes: [UInt8])], _ messages: Messages
    ) throws(CommandError) -> Keyring {
        let keyring = try Keyring()
        // Of two states of one key librpm keeps the first: the larger, which says more of itself.
        let files = files.sorted {
            $0.bytes.count != $1.bytes.count
                ? $0.bytes.count > $1.bytes.count : $0.bytes.lexicographicallyPrecedes($1.bytes)
        }
        for (path, bytes) in files {
            do { try keyring.add(bytes, from: path, messages) } catch {
                messages.warning(path.text, "left out: \(error.text)")
            }
        }
        messages.endRepeats()
        return keyring
    }
}
