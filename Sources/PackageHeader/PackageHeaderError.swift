import RPMHeader

/// Why a package can have no digest list.
public enum PackageHeaderError: Error, Equatable, Sendable {
    case noName, noVersion, noRelease, noArch
    /// The kernel or a file system refuses a character of the package's name.
    case character
    /// The package's name is too long for a file name.
    case tooLong
    case signatureTooLong, notBase64
    /// No parser would accept the list.
    case header(RPMHeaderError)

    /// The error in words; a header's own follows in `header`.
    public var reason: StaticString {
        switch self {
        case .noName: "the header has no NAME"
        case .noVersion: "the header has no VERSION"
        case .noRelease: "the header has no RELEASE"
        case .noArch: "the header has no ARCH"
        case .character: "the package's name has a character that no digest list's name can have"
        case .tooLong: "the package's name is too long for a file name"
        case .signatureTooLong: "the header's signature is too long"
        case .notBase64: "the header's signature is not base64"
        case .header(let error): error.problem.reason
        }
    }
}
