import CRPMDatabase
import CommandLineTool

/// An OpenPGP signature, as librpm reads it.
struct OpenPGPSignature: ~Copyable {
    /// What librpm has read.
    let parameters: OpaquePointer

    /// Reads a signature.
    ///
    /// - Parameter data: The signature data, one packet.
    /// - Throws: ``CommandError`` where librpm cannot read it.
    init(_ data: [UInt8]) throws(CommandError) {
        LibrpmMessages.collect()
        guard rpmInitCrypto() == 0 else {
            throw CommandError("librpm cannot start its cryptography")
        }
        var parameters: OpaquePointer?
        let result = pgpPrtParams(data, data.count, PGPTAG_SIGNATURE.rawValue, &parameters)
        let reason = LibrpmMessages.takeReason()
        guard result == 0, let parameters else {
            throw CommandError("the OpenPGP signature cannot be read\(reason)")
        }
        self.parameters = parameters
    }

    deinit { pgpDigParamsFree(parameters) }

    /// The ID of the key that made it, 8 bytes.
    var keyID: [UInt8] {
        guard let key = pgpDigParamsSignID(parameters) else { return [] }
        return Array(UnsafeBufferPointer(start: key, count: Int(PGP_KEYID_LEN)))
    }

    /// The key's algorithm, by librpm's name.
    var algorithm: String { name(of: PGPVAL_PUBKEYALGO) }

    /// The hash algorithm, by librpm's name.
    var hash: String { name(of: PGPVAL_HASHALGO) }

    /// The hash algorithm, by OpenPGP's number.
    var hashNumber: Int32 {
        Int32(pgpDigParamsAlgo(parameters, UInt32(PGPVAL_HASHALGO.rawValue)))
    }

    /// Whether it is a signature over bytes, and not over a text, a key or a user's name.
    var isOverBytes: Bool {
        pgpSignatureType(parameters) == Int32(PGPSIGTYPE_BINARY.rawValue)
    }

    /// When it was made, in seconds since 1970.
    var creationTime: UInt32 { pgpDigParamsCreationTime(parameters) }

    private func name(of kind: pgpValType) -> String {
        let number = pgpDigParamsAlgo(parameters, UInt32(kind.rawValue))
        guard let value = UInt8(exactly: number), let name = pgpValString(kind, value) else {
            return "\(number)"
        }
        return String(cString: name)
    }
}
