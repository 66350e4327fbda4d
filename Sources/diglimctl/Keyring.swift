import CRPMDatabase
import CommandLineTool
import Glibc

/// The OpenPGP keys that a command line names, and no others: the machine's are left alone.
final class Keyring {
    private let keyring: OpaquePointer
    private var userIDs: [[UInt8]: String] = [:]

    /// Reads keys from files.
    ///
    /// - Parameters:
    ///   - files: The files' paths.
    ///   - messages: What tells of keys that librpm cannot read.
    /// - Throws: ``CommandError`` where a file cannot be read or has no key to verify with.
    init(_ files: [Path], _ messages: Messages) throws(CommandError) {
        LibrpmMessages.collect()
        guard rpmInitCrypto() == 0, let keyring = rpmKeyringNew() else {
            throw CommandError("librpm cannot start its cryptography")
        }
        self.keyring = keyring
        for file in files {
            do { try add(file, messages) } catch {
                throw CommandError("\(file.text): \(error.text)")
            }
        }
    }

    deinit { rpmKeyringFree(keyring) }

    private func add(_ path: Path, _ messages: Messages) throws(CommandError) {
        let keys = try KeyringFile(path).keys
        var isUseful = false
        for (index, packets) in keys.enumerated() {
            do {
                try add(packets)
                isUseful = true
            } catch {
                messages.repeatedWarning(
                    path.text, "key \(index + 1): \(error.text)", kind: "warning: \(error.text)")
            }
        }
        if !isUseful { throw CommandError("no OpenPGP key that librpm can read") }
    }

    /// Adds a key and its subkeys.
    ///
    /// - Parameter packets: The key's packets.
    /// - Throws: ``CommandError`` where librpm cannot read it.
    private func add(_ packets: [UInt8]) throws(CommandError) {
        try checkDSAKeys(in: packets)
        guard let key = rpmPubkeyNew(packets, packets.count) else {
            throw CommandError("librpm cannot read it\(LibrpmMessages.takeReason())")
        }
        defer { rpmPubkeyFree(key) }
        add(key)
        // librpm copies the user ID to each subkey, and crashes where there is none.
        guard pgpDigParamsUserID(rpmPubkeyPgpDigParams(key)) != nil else { return }
        var count: Int32 = 0
        let subkeys = rpmGetSubkeys(key, &count)
        defer { free(subkeys) }
        for subkey in UnsafeBufferPointer(start: subkeys, count: Int(count)) {
            if let subkey { add(subkey) }
            rpmPubkeyFree(subkey)
        }
    }

    private func add(_ key: OpaquePointer) {
        let parameters = rpmPubkeyPgpDigParams(key)
        // Of two keys with the same ID librpm keeps the first.
        guard rpmKeyringAddKey(keyring, key) == 0, let id = pgpDigParamsSignID(parameters),
            let userID = pgpDigParamsUserID(parameters)
        else { return }
        let bytes = UnsafeBufferPointer(start: id, count: Int(PGP_KEYID_LEN))
        userIDs[Array(bytes)] = Path(cString: userID).text
    }
}

extension Keyring {
    /// What has become of a signature's verification.
    enum Verdict {
        /// A key of the keyring has made it; its user ID, which may be missing.
        case good(userID: String?)
        /// It is not a signature over these bytes.
        case bad
        /// None of the keys has made it.
        case unknownKey
    }

    /// Verifies a signature.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - content: What it is over.
    /// - Throws: ``CommandError`` where librpm does not know the hash algorithm.
    func verify(
        _ signature: borrowing OpenPGPSignature, over content: [UInt8]
    ) throws(CommandError) -> Verdict {
        guard let digest = rpmDigestInit(signature.hashNumber, RPMDIGEST_NONE.rawValue) else {
            throw CommandError("the signature's hash \(signature.hash) is not known to librpm")
        }
        defer { rpmDigestFinal(digest, nil, nil, 0) }
        rpmDigestUpdate(digest, content, content.count)
        switch rpmKeyringVerifySig(keyring, signature.parameters, digest) {
        case RPMRC_OK:
            // librpm has found it by this ID.
            return .good(userID: userIDs[signature.keyID])
        case RPMRC_NOKEY: return .unknownKey
        default: return .bad
        }
    }
}
