import CRPMDatabase
import CommandLineTool
import Glibc

/// The OpenPGP keys that a command line names, and no others: the machine's are left alone.
public final class Keyring {
    private let keyring: OpaquePointer
    private var signers: [[UInt8]: Signer] = [:]
    /// Whether there is no key to verify with.
    private(set) var isEmpty = true

    /// Whose key has made a signature.
    struct Signer {
        /// The key; `nil` for one of a version that only librpm knows.
        var key: OpenPGPKey?
        /// The primary key, if it is a subkey.
        var primary: OpenPGPKey?
        /// The user ID, where there is one.
        var userID: String?
        /// Why librpm does not use the key; `nil` where it does.
        var defect: String?
    }

    /// Reads keys from files.
    ///
    /// - Parameters:
    ///   - files: The files' paths.
    ///   - messages: What tells of keys that librpm cannot read.
    /// - Throws: ``CommandError`` where a file cannot be read, or none has a key to verify with.
    public convenience init(_ files: [Path], _ messages: Messages) throws(CommandError) {
        try self.init()
        for file in files {
            do { try add(KeyringFile.bytes(of: file), from: file, messages) } catch {
                throw CommandError("\(file.text): \(error.text)")
            }
        }
        if isEmpty && !files.isEmpty {
            let names = files.map(\.text).joined(separator: ", ")
            throw CommandError("\(names): no OpenPGP key that librpm can read")
        }
    }

    /// Begins without keys.
    ///
    /// - Throws: ``CommandError`` where librpm cannot verify anything.
    init() throws(CommandError) {
        LibrpmMessages.collect()
        guard rpmInitCrypto() == 0, let keyring = rpmKeyringNew() else {
            throw CommandError("librpm cannot start its cryptography")
        }
        self.keyring = keyring
    }

    deinit { rpmKeyringFree(keyring) }

    /// Adds the keys of a file.
    ///
    /// - Parameters:
    ///   - file: The file's bytes.
    ///   - path: What messages call the file.
    ///   - messages: What tells of keys that librpm cannot read.
    /// - Throws: ``CommandError`` where it has no keys.
    func add(_ file: [UInt8], from path: Path, _ messages: Messages) throws(CommandError) {
        // librpm may end the process at a broken file.
        if let end = endOfProcess({ _ = try? KeyringFile(file) }) {
            throw CommandError("librpm \(end) at this file")
        }
        let keys = try KeyringFile(file).keys
        for (index, packets) in keys.enumerated() {
            do throws(CommandError) {
                if let end = endOfProcess({ _ = try? add(packets) }) {
                    throw CommandError("librpm \(end) at it")
                }
                try add(packets)
            } catch {
                messages.repeatedWarning(
                    path.text, "key \(index + 1): \(error.text)", kind: "warning: \(error.text)")
            }
        }
    }

    /// Adds a key and its subkeys.
    ///
    /// - Parameter packets: The key's packets.
    /// - Throws: ``CommandError`` where librpm cannot read it.
    private func add(_ packets: [UInt8]) throws(CommandError) {
        try checkDSAKeys(in: packets)
        let keys = try OpenPGPKey.keys(in: packets)
        guard let key = rpmPubkeyNew(packets, packets.count) else {
            throw CommandError("librpm cannot read it\(LibrpmMessages.takeReason())")
        }
        defer { rpmPubkeyFree(key) }
        isEmpty = false
        // Of two keys with the same ID librpm keeps the first.
        if rpmKeyringAddKey(keyring, key) == 0 { note(keys, of: key, Self.defect(of: packets)) }
        // librpm copies the user ID to each subkey, and crashes where there is none.
        guard pgpDigParamsUserID(rpmPubkeyPgpDigParams(key)) != nil else { return }
        var count: Int32 = 0
        let subkeys = rpmGetSubkeys(key, &count)
        defer { free(subkeys) }
        for subkey in UnsafeBufferPointer(start: subkeys, count: Int(count)) {
            rpmKeyringAddKey(keyring, subkey)
            rpmPubkeyFree(subkey)
        }
    }

    private static func defect(of packets: [UInt8]) -> String? {
        var explanation: UnsafeMutablePointer<CChar>?
        defer { free(explanation) }
        guard crpm_uses_key(packets, packets.count, &explanation) == 0 else { return nil }
        return explanation.map { LibrpmMessages.sentence(Path(cString: $0)) } ?? "no reason given"
    }

    private func note(_ keys: [OpenPGPKey], of key: OpaquePointer, _ defect: String?) {
        let userID = pgpDigParamsUserID(rpmPubkeyPgpDigParams(key)).map { Path(cString: $0).text }
        for key in keys where signers[key.id] == nil {
            signers[key.id] = Signer(
                key: key, primary: key.isPrimary ? nil : keys.first, userID: userID,
                defect: defect)
        }
    }
}

extension Keyring {
    /// What has become of a signature's verification.
    enum Verdict {
        /// A key of the keyring has made it.
        case good(Signer)
        /// None of the keys has made it.
        case unknownKey
        /// This librpm verifies no such signature, for a reason.
        case unverifiable(String)
    }

    /// Verifies a signature.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - content: What it is over.
    /// - Throws: ``CommandError`` where it is broken, or not one over these bytes.
    func verify(
        _ signature: OpenPGPFields, over content: [UInt8]
    ) throws(CommandError) -> Verdict {
        guard let parsed = try OpenPGPSignature(signature) else {
            let algorithm = OpenPGPFields.algorithm(signature.algorithm)
            return .unverifiable(
                "an OpenPGP signature of version \(signature.version) with \(algorithm)")
        }
        guard let digest = rpmDigestInit(Int32(signature.hash), RPMDIGEST_NONE.rawValue) else {
            return .unverifiable("a signature with \(OpenPGPFields.hash(signature.hash))")
        }
        defer { rpmDigestFinal(digest, nil, nil, 0) }
        rpmDigestUpdate(digest, signature.salt, signature.salt.count)
        rpmDigestUpdate(digest, content, content.count)
        let result = rpmKeyringVerifySig(keyring, parsed.parameters, digest)
        let reason = LibrpmMessages.takeReason()
        switch result {
        case RPMRC_OK:
            guard start(of: digest, with: signature.hashedFields) == signature.hashStart else {
                throw CommandError("the signature carries the start of another hash")
            }
            return .good(signature.keyID.flatMap { signers[$0] } ?? Signer())
        case RPMRC_NOKEY: return .unknownKey
        default: break
        }
        // Without a key, librpm tells whether it would trust any signature of this kind.
        let isOfNoTrust = pgpVerifySignature(nil, parsed.parameters, digest) == RPMRC_NOTTRUSTED
        let other = LibrpmMessages.takeReason()
        if result == RPMRC_NOTTRUSTED || isOfNoTrust {
            return .unverifiable("not trusted\(reason.isEmpty ? other : reason)")
        }
        if let defect = signature.keyID.flatMap({ signers[$0] })?.defect,
            start(of: digest, with: signature.hashedFields) == signature.hashStart
        {
            return .unverifiable("librpm does not use the key: \(defect)")
        }
        throw CommandError("the signature is not one over this list\(reason)")
    }

    /// The first two bytes of a signature's hash.
    private func start(of digest: OpaquePointer, with fields: [UInt8]) -> [UInt8] {
        let copy = rpmDigestDup(digest)
        rpmDigestUpdate(copy, fields, fields.count)
        var data: UnsafeMutableRawPointer?
        var size = 0
        rpmDigestFinal(copy, &data, &size, 0)
        defer { free(data) }
        return Array(UnsafeRawBufferPointer(start: data, count: size).prefix(2))
    }
}
