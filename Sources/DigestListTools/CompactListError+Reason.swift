import DigestList

extension CompactListError {
    /// The error in words.
    public var reason: StaticString {
        switch self {
        case .truncatedHeader: "a block's header runs past the end"
        case .version: "unknown version of the compact format"
        case .reserved: "the reserved byte is not 0"
        case .type: "no such type of digests"
        case .algorithm: "unknown hash algorithm"
        case .dataLength: "the data length is not the number of digests times their size"
        case .truncatedDigests: "a block's digests run past the end"
        }
    }
}
