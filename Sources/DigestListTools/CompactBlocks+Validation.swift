import DigestList

extension CompactBlocks {
    /// Checks a whole list as the kernel does before it takes one.
    ///
    /// - Parameters:
    ///   - bytes: The list.
    ///   - abi: The numbering of types.
    /// - Throws: ``CompactListError`` with what the kernel would refuse.
    public static func validate(_ bytes: RawSpan, abi: ABI) throws(CompactListError) {
        var blocks = CompactBlocks(abi: abi)
        while try blocks.next(in: bytes) != nil {}
    }
}
