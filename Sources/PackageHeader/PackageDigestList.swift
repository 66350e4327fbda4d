import CRPMDatabase
import DigestList
import LinuxFiles
import RPMHeader

/// A package's RPM digest list, as a file of it has it.
public struct PackageDigestList: Sendable {
    /// The list's bytes.
    public let bytes: [UInt8]
    /// Whether it has an appended signature.
    public let isSigned: Bool
}

extension PackageHeader {
    /// Makes the package's digest list: header magic, immutable region, appended signature.
    ///
    /// - Returns: `nil` where the header has no immutable region, so that nothing in it is signed.
    /// - Throws: ``PackageHeaderError`` where no parser would accept the list.
    public func list() throws(PackageHeaderError) -> PackageDigestList? {
        guard let region = bytes(of: rpmTagVal(RPMTAG_HEADERIMMUTABLE.rawValue)) else {
            return nil
        }
        var bytes = RPMDigestList.magic + region
        let signature = try signature()
        if let signature {
            guard let length = UInt32(exactly: signature.count) else { throw .signatureTooLong }
            bytes += signature
            bytes += SignatureTrailer(kind: .openPGP, signatureLength: length).encoded
        }
        do throws(RPMHeaderError) {
            try bytes.withUnsafeBufferPointer { (bytes) throws(RPMHeaderError) in
                _ = try RPMDigestList(copying: UnsafeRawBufferPointer(bytes))
            }
        } catch {
            throw .header(error)
        }
        return PackageDigestList(bytes: bytes, isSigned: signature != nil)
    }

    /// The OpenPGP signature over the header: RSA, DSA (of any other key too), or RPM 6's.
    private func signature() throws(PackageHeaderError) -> [UInt8]? {
        for tag in [RPMTAG_RSAHEADER, RPMTAG_DSAHEADER] {
            if let signature = bytes(of: rpmTagVal(tag.rawValue)) { return signature }
        }
        // OPENPGP, which librpm knows from RPM 6 on.
        return try base64Signature(278)
    }

    private func base64Signature(_ tag: rpmTagVal) throws(PackageHeaderError) -> [UInt8]? {
        var values = rpmtd_s()
        guard headerGet(header, tag, &values, HEADERGET_MINMEM.rawValue) == 1 else { return nil }
        defer { rpmtdFreeData(&values) }
        guard let text = rpmtdNextString(&values) else { return nil }
        var decoded: UnsafeMutableRawPointer?
        var size = 0
        guard rpmBase64Decode(text, &decoded, &size) == 0, let decoded, size > 0 else {
            throw .notBase64
        }
        defer { free(decoded) }
        return Array(UnsafeRawBufferPointer(start: decoded, count: size))
    }

    /// The value of a tag of type binary.
    private func bytes(of tag: rpmTagVal) -> [UInt8]? {
        var value = rpmtd_s()
        guard headerGet(header, tag, &value, HEADERGET_DEFAULT.rawValue) == 1 else { return nil }
        defer { rpmtdFreeData(&value) }
        guard value.type == RPM_BIN_TYPE.rawValue, value.count > 0, let data = value.data else {
            return nil
        }
        return Array(UnsafeRawBufferPointer(start: data, count: Int(value.count)))
    }
}
