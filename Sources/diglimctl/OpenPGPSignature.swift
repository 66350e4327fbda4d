import CRPMDatabase
import CommandLineTool
import Glibc

extension SignatureDescription {
    /// Reads an OpenPGP signature, through librpm.
    ///
    /// - Parameter data: The signature data.
    /// - Throws: ``CommandError`` where librpm cannot read it.
    mutating func readOpenPGP(_ data: UnsafeRawBufferPointer) throws(CommandError) {
        LibrpmMessages.collect()
        guard rpmInitCrypto() == 0 else {
            throw CommandError("librpm cannot start its cryptography")
        }
        var parameters: OpaquePointer?
        let result = pgpPrtParams(
            data.bindMemory(to: UInt8.self).baseAddress, data.count, PGPTAG_SIGNATURE.rawValue,
            &parameters)
        defer { pgpDigParamsFree(parameters) }
        _ = LibrpmMessages.take()
        guard result == 0, let parameters, let key = pgpDigParamsSignID(parameters) else {
            throw CommandError("the OpenPGP signature cannot be read")
        }
        algorithm = name(of: PGPVAL_PUBKEYALGO, in: parameters)
        hash = name(of: PGPVAL_HASHALGO, in: parameters)
        keyID = hexadecimal(UnsafeBufferPointer(start: key, count: Int(PGP_KEYID_LEN)))
        created = utcTime(pgpDigParamsCreationTime(parameters))
    }
}

private func name(of kind: pgpValType, in parameters: OpaquePointer) -> String {
    let number = pgpDigParamsAlgo(parameters, UInt32(kind.rawValue))
    guard let value = UInt8(exactly: number), let name = pgpValString(kind, value) else {
        return "\(number)"
    }
    return String(cString: name)
}

/// A time in UTC, as in RFC 3339.
private func utcTime(_ seconds: UInt32) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
