import CRPMDatabase
import DigestList
import DigestListTools
import LinuxFiles
import RPMHeader
import RPMHeaderTools

/// A package's RPM digest list, as a file of it has it.
public struct PackageDigestList: Sendable {
    /// The list's bytes.
    public let bytes: [UInt8]
    /// Whether it has an appended signature.
    public let isSigned: Bool
}

extension PackageHeader {
    /// Makes the package's digest list with the first of its ``signatures()``, if it has any.
    ///
    /// - Returns: `nil` where the header has no immutable region, so that nothing in it is signed.
    /// - Throws: ``PackageHeaderError`` where no parser would accept the list.
    public func list() throws(PackageHeaderError) -> PackageDigestList? {
        try list(with: signatures().first)
    }

    /// Makes the package's digest list: header magic, immutable region, appended signature.
    ///
    /// - Parameter signature: One of the header's signatures; `nil` for none.
    /// - Returns: `nil` where the header has no immutable region, so that nothing in it is signed.
    /// - Throws: ``PackageHeaderError`` where no parser would accept the list.
    public func list(
        with signature: HeaderSignature?
    ) throws(PackageHeaderError) -> PackageDigestList? {
        guard let region = bytes(of: rpmTagVal(RPMTAG_HEADERIMMUTABLE.rawValue)) else {
            return nil
        }
        var bytes = RPMDigestList.magic + region
        if let signature = signature?.data {
            guard let length = UInt32(exactly: signature.count) else { throw .signatureTooLong }
            bytes += signature
            bytes += SignatureTrailer.Kind.openPGP.trailer(signatureLength: length)
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

    /// The OpenPGP signatures over the header, each of them once: in the order of the header, but
    /// what kernels can verify comes first, and what cannot be read last.
    ///
    /// - Throws: ``PackageHeaderError`` where one of them is not base64.
    public func signatures() throws(PackageHeaderError) -> [HeaderSignature] {
        var signatures: [HeaderSignature] = []
        func add(_ data: [UInt8]) {
            guard !signatures.contains(where: { $0.data == data }) else { return }
            signatures.append(HeaderSignature(data))
        }
        // RSA, and keys of all other kinds.
        for tag in [RPMTAG_RSAHEADER, RPMTAG_DSAHEADER] {
            if let data = bytes(of: rpmTagVal(tag.rawValue)) { add(data) }
        }
        for data in try base64Signatures() { add(data) }
        return (0...2).flatMap { rank in signatures.filter { $0.rank == rank } }
    }

    /// The same, but where the header may have lost its signatures, that of the package's list.
    ///
    /// - Parameter list: The bytes of the list that is there already; `nil` for none.
    /// - Throws: ``PackageHeaderError`` as ``signatures()`` does.
    public func signatures(
        orOf list: @autoclosure () -> [UInt8]?
    ) throws(PackageHeaderError) -> [HeaderSignature] {
        let signatures = try signatures()
        guard signatures.isEmpty, mayHaveLostSignatures, let list = list(),
            let header = try self.list(with: nil)?.bytes, list.starts(with: header)
        else { return signatures }
        let isList = list.withUnsafeBytes { (try? RPMDigestList(copying: $0).headerSize) != nil }
        guard isList,
            let trailer = try? SignatureTrailer(end: list.span.bytes, fileSize: list.count),
            trailer.kind == .openPGP
        else { return [] }
        return [HeaderSignature(Array(list[header.count...].dropLast(SignatureTrailer.size)))]
    }

    /// The signatures as RPM 6 writes them.
    private func base64Signatures() throws(PackageHeaderError) -> [[UInt8]] {
        var values = rpmtd_s()
        func get(from header: OpaquePointer) -> Bool {
            headerGet(header, Self.openPGP, &values, HEADERGET_MINMEM.rawValue) == 1
        }
        guard get(from: header) || signatureHeader.map(get) == true else { return [] }
        defer { rpmtdFreeData(&values) }
        var signatures: [[UInt8]] = []
        while let text = rpmtdNextString(&values) {
            var decoded: UnsafeMutableRawPointer?
            var size = 0
            guard rpmBase64Decode(text, &decoded, &size) == 0, let decoded, size > 0 else {
                throw .notBase64
            }
            defer { free(decoded) }
            signatures.append(Array(UnsafeRawBufferPointer(start: decoded, count: size)))
        }
        if signatures.isEmpty { throw .notBase64 }
        return signatures
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
