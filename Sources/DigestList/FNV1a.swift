/// The 64-bit hash FNV-1a of bytes, which tells names apart but is no cryptographic one.
///
/// - Parameter bytes: The bytes.
func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
