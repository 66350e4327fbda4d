import CRPMDatabase
import CommandLineTool

/// An OpenPGP signature, as librpm reads it.
struct OpenPGPSignature: ~Copyable {
    /// What librpm has read.
    let parameters: OpaquePointer

    /// Has librpm read a signature.
    ///
    /// - Parameter fields: The signature.
    /// - Returns: `nil` where this librpm knows no such signatures.
    /// - Throws: ``CommandError`` where the signature is broken.
    init?(_ fields: OpenPGPFields) throws(CommandError) {
        // librpm 4.20 reads signatures of version 6, but hashes no salt.
        if fields.version == 6 && crpm_hashes_salt() == 0 { return nil }
        let packet = try fields.packet()
        var parameters: OpaquePointer?
        let result = pgpPrtParams(packet, packet.count, PGPTAG_SIGNATURE.rawValue, &parameters)
        let reason = LibrpmMessages.takeReason()
        guard result == 0, let parameters else {
            if fields.isPerhapsUnknown { return nil }
            throw CommandError("the OpenPGP signature cannot be read\(reason)")
        }
        self.parameters = parameters
    }

    deinit { pgpDigParamsFree(parameters) }
}
