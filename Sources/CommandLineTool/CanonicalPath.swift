import Glibc

extension Path {
    /// The absolute path without symbolic links; `nil` where it leads nowhere, and `errno` says why.
    public var canonical: Path? {
        guard let path = withCString({ realpath($0, nil) }) else { return nil }
        defer { free(path) }
        return Path(cString: path)
    }

    /// The part up to the last slash, that included; empty where there is none.
    public var directory: Path {
        let end = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return Path(bytes: Array(bytes[..<end]))
    }
}
