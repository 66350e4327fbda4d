import DigestList

extension ListType {
    /// The word for the type in a digest list's file name.
    public var name: StaticString {
        switch self {
        case .key: "key"
        case .parser: "parser"
        case .file: "file"
        case .metadata: "metadata"
        }
    }
}
