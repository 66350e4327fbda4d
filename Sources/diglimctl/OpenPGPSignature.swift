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
            if let fields = try? OpenPGPFields(data), fields.isPerhapsUnknown {
                let algorithm = OpenPGPFields.algorithm(fields.algorithm)
                throw CommandError(
                    "this librpm cannot read OpenPGP signatures of version \(fields.version)"
                        + " with \(algorithm)")
            }
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

    /// The key's algorithm, by name.
    var algorithm: String { OpenPGPFields.algorithm(number(of: PGPVAL_PUBKEYALGO)) }

    /// The hash algorithm, by name.
    var hash: String { OpenPGPFields.hash(number(of: PGPVAL_HASHALGO)) }

    /// The hash algorithm, by OpenPGP's number.
    var hashNumber: Int32 { Int32(number(of: PGPVAL_HASHALGO)) }

    /// Whether it is a signature over bytes, and not over a text, a key or a user's name.
    var isOverBytes: Bool {
        pgpSignatureType(parameters) == Int32(PGPSIGTYPE_BINARY.rawValue)
    }

    /// When it was made, in seconds since 1970.
    var creationTime: UInt32 { pgpDigParamsCreationTime(parameters) }

    private func number(of kind: pgpValType) -> Int {
        Int(pgpDigParamsAlgo(parameters, UInt32(kind.rawValue)))
    }
}
