import CRPMDatabase
import DigestList

/// The header of a package as librpm read it from a package file or a database.
public struct PackageHeader: ~Copyable {
    let header: OpaquePointer
    /// The header of the package file's signatures, of which librpm puts those that it knows into
    /// the package's own header.
    let signatureHeader: OpaquePointer?

    /// `RPMTAG_OPENPGP`, an array of strings, which librpm knows from RPM 6 on.
    static let openPGP: rpmTagVal = 278

    /// Takes a header over.
    ///
    /// - Parameters:
    ///   - header: librpm's header; it is given back at the end.
    ///   - signatureHeader: That of the package file's signatures, likewise; `nil` for a package
    ///     that comes from elsewhere.
    public init(taking header: OpaquePointer, signatureHeader: OpaquePointer? = nil) {
        self.header = header
        self.signatureHeader = signatureHeader
    }

    deinit {
        headerFree(header)
        headerFree(signatureHeader)
    }

    /// What a header stands for.
    public enum Content: Sendable {
        /// A package, which can have a digest list.
        case package
        /// A key of the database's keyring, which rpm stores as if it were a package.
        case key
        /// A source package, whose files are installed nowhere.
        case source
    }

    /// What the header stands for.
    public var content: Content {
        let isMarked = headerIsEntry(header, rpmTagVal(RPMTAG_SOURCEPACKAGE.rawValue)) != 0
        if isMarked || headerIsSource(header) != 0 { return .source }
        return string(RPMTAG_NAME) == bytes(of: "gpg-pubkey") && string(RPMTAG_ARCH) == nil
            ? .key : .package
    }

    /// The number that the header has in the database; 0 for one that is not in it.
    public var databaseInstance: UInt32 { headerGetInstance(header) }

    /// The package as `name-version-release.arch`, without a NUL.
    ///
    /// - Throws: ``PackageHeaderError`` where the header lacks one of the four.
    public func name() throws(PackageHeaderError) -> [UInt8] {
        guard let name = string(RPMTAG_NAME) else { throw .noName }
        guard let version = string(RPMTAG_VERSION) else { throw .noVersion }
        guard let release = string(RPMTAG_RELEASE) else { throw .noRelease }
        guard let arch = string(RPMTAG_ARCH) else { throw .noArch }
        let hyphen = [UInt8(ascii: "-")]
        return name + hyphen + version + hyphen + release + [UInt8(ascii: ".")] + arch
    }

    /// Whether signatures may have been there that are not in the header: librpm before RPM 6 keeps
    /// none of a package of format 6, or higher, when it installs it.
    public var mayHaveLostSignatures: Bool {
        let format: rpmTagVal = 5114
        return signatureHeader == nil && headerGetNumber(header, format) >= 6
            && headerIsEntry(header, Self.openPGP) == 0
    }

    /// Whether this librpm reads the signatures of all packages.
    public static var librpmKnowsAllSignatures: Bool { crpm_knows_tag(openPGP) != 0 }

    /// The package's epoch; 0 where the header has none.
    public var epoch: UInt32 {
        UInt32(truncatingIfNeeded: headerGetNumber(header, rpmTagVal(RPMTAG_EPOCH.rawValue)))
    }

    /// The file name of the package's digest list, once it is known that a parser can load a list
    /// of that name.
    ///
    /// - Parameter position: The list's position, decimal digits.
    /// - Throws: ``PackageHeaderError`` where there is no such name.
    public func listName(position: [UInt8]) throws(PackageHeaderError) -> PackageListName {
        let package = try name()
        for byte in package where !Label.accepts(byte) || byte == UInt8(ascii: "/") {
            throw .character
        }
        // These would make the name that of another package.
        for byte in string(RPMTAG_VERSION) ?? []
        where byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":") { throw .character }
        for byte in string(RPMTAG_RELEASE) ?? [] where byte == UInt8(ascii: "-") {
            throw .character
        }
        let plain = position + bytes(of: "-file_list-rpm-") + package
        guard plain.count <= PackageListName.longest else { throw .tooLong }
        guard let name = PackageListName(plain: plain, epoch: epoch) else { throw .character }
        return name
    }

    private func string(_ tag: rpmTag_e) -> [UInt8]? {
        guard let string = headerGetString(header, rpmTagVal(tag.rawValue)) else { return nil }
        return Array(UnsafeRawBufferPointer(start: string, count: strlen(string)))
    }
}

/// The bytes of a string; not those of a `String`, which would bring Unicode's tables along.
private func bytes(of text: StaticString) -> [UInt8] {
    Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
}
