import CRPMDatabase
import CommandLineTool
import DigestList
import RPMHeader

/// The header of a package as librpm read it from a package file or a database.
struct PackageHeader: ~Copyable {
    private let header: OpaquePointer

    /// Takes a header over.
    ///
    /// - Parameter header: librpm's header; it is given back at the end.
    init(taking header: OpaquePointer) { self.header = header }

    deinit { headerFree(header) }

    /// What a header stands for.
    enum Content {
        /// A package, which can have a digest list.
        case package
        /// A key of the database's keyring, which rpm stores as if it were a package.
        case key
        /// A source package, whose files are installed nowhere.
        case source
    }

    /// What the header stands for.
    var content: Content {
        if headerIsSource(header) != 0 { return .source }
        return string(RPMTAG_NAME) == Path("gpg-pubkey") && string(RPMTAG_ARCH) == nil
            ? .key : .package
    }

    /// The package as `name-version-release.arch`.
    ///
    /// - Throws: ``CommandError`` where the header lacks one of the four.
    func name() throws(CommandError) -> Path {
        let name = try required(RPMTAG_NAME, "NAME")
        let version = try required(RPMTAG_VERSION, "VERSION")
        let release = try required(RPMTAG_RELEASE, "RELEASE")
        let arch = try required(RPMTAG_ARCH, "ARCH")
        let hyphen = [UInt8(ascii: "-")]
        return Path(bytes: name + hyphen + version + hyphen + release + [UInt8(ascii: ".")] + arch)
    }

    private func required(_ tag: rpmTag_e, _ label: String) throws(CommandError) -> [UInt8] {
        guard let value = string(tag) else { throw CommandError("the header has no \(label)") }
        return value.bytes
    }

    private func string(_ tag: rpmTag_e) -> Path? {
        headerGetString(header, rpmTagVal(tag.rawValue)).map { Path(cString: $0) }
    }
}

extension PackageHeader {
    /// A package's RPM digest list.
    struct List {
        /// The list's bytes.
        var bytes: [UInt8]
        /// Whether it has an appended signature.
        var isSigned: Bool
    }

    /// Makes the package's digest list: header magic, immutable region, appended signature.
    ///
    /// - Returns: `nil` where the header has no immutable region, so that nothing in it is signed.
    /// - Throws: ``CommandError`` where no parser would accept the list.
    func list() throws(CommandError) -> List? {
        guard let region = bytes(of: RPMTAG_HEADERIMMUTABLE) else { return nil }
        var bytes = RPMDigestList.magic + region
        let signature = try signature()
        if let signature {
            guard let length = UInt32(exactly: signature.count) else {
                throw CommandError("the header's signature is too long")
            }
            bytes += signature
            bytes += SignatureTrailer(kind: .openPGP, signatureLength: length).encoded
        }
        do {
            try bytes.withUnsafeBufferPointer { (bytes) throws(RPMHeaderError) in
                _ = try RPMDigestList(copying: UnsafeRawBufferPointer(bytes))
            }
        } catch {
            throw CommandError(error.text)
        }
        return List(bytes: bytes, isSigned: signature != nil)
    }

    /// The OpenPGP signature over the header: RSA, DSA (of any other key too), or RPM 6's.
    private func signature() throws(CommandError) -> [UInt8]? {
        if let signature = bytes(of: RPMTAG_RSAHEADER) ?? bytes(of: RPMTAG_DSAHEADER) {
            return signature
        }
        // Not in librpm's headers before RPM 6, so its number is asked for by name.
        let tag = rpmTagGetValue("Openpgp")
        guard tag != RPMTAG_NOT_FOUND.rawValue else { return nil }
        return try base64Signature(rpmTagVal(tag))
    }

    private func base64Signature(_ tag: rpmTagVal) throws(CommandError) -> [UInt8]? {
        var values = rpmtd_s()
        guard headerGet(header, tag, &values, HEADERGET_MINMEM.rawValue) == 1 else { return nil }
        defer { rpmtdFreeData(&values) }
        guard let text = rpmtdNextString(&values) else { return nil }
        var decoded: UnsafeMutableRawPointer?
        var size = 0
        guard rpmBase64Decode(text, &decoded, &size) == 0, let decoded, size > 0 else {
            throw CommandError("the header's signature is not base64")
        }
        defer { free(decoded) }
        return Array(UnsafeRawBufferPointer(start: decoded, count: size))
    }

    /// The value of a tag of type binary.
    private func bytes(of tag: rpmTag_e) -> [UInt8]? {
        var value = rpmtd_s()
        let flags = HEADERGET_DEFAULT.rawValue
        guard headerGet(header, rpmTagVal(tag.rawValue), &value, flags) == 1 else { return nil }
        defer { rpmtdFreeData(&value) }
        guard value.type == RPM_BIN_TYPE.rawValue, value.count > 0, let data = value.data else {
            return nil
        }
        return Array(UnsafeRawBufferPointer(start: data, count: Int(value.count)))
    }
}
