import CRPMDatabase
import CommandLineTool
import ListVerification

/// librpm, set up for reading headers, and what it has to say.
///
/// It trusts no keyring: signatures are carried along, and who uses a list checks them. A keyring
/// would also make librpm open, and so create, the machine's database.
final class Librpm {
    /// librpm's transaction set, which reads packages and databases.
    let transaction: OpaquePointer

    /// Reads librpm's configuration.
    ///
    /// - Parameter checksDigests: Whether headers whose digests are wrong count as broken.
    /// - Throws: ``CommandError`` where that fails.
    init(checksDigests: Bool = true) throws(CommandError) {
        LibrpmMessages.collect()
        guard rpmReadConfigFiles(nil, nil) == 0, let transaction = rpmtsCreate() else {
            throw CommandError("cannot read librpm's configuration\(LibrpmMessages.takeReason())")
        }
        self.transaction = transaction
        _ = LibrpmMessages.take()
        let keyring = rpmKeyringNew()
        rpmtsSetKeyring(transaction, keyring)
        rpmKeyringFree(keyring)
        // Digests are checked as far as librpm can: a broken header must not become a list.
        rpmtsSetVSFlags(
            transaction, checksDigests ? crpm_without_signatures() : crpm_without_digests())
        rpmtsSetVfyFlags(transaction, crpm_without_signatures())
        rpmtsSetVfyLevel(transaction, 0)
    }

    deinit { rpmtsFree(transaction) }

    /// What a macro stands for.
    ///
    /// - Parameter macro: The macro, with its percent sign.
    static func expand(_ macro: String) -> Path? {
        var expanded: UnsafeMutablePointer<CChar>?
        guard rpmExpandMacros(nil, macro, &expanded, 0) >= 0, let expanded else { return nil }
        defer { free(expanded) }
        return Path(cString: expanded)
    }
}
