import CheckedConversion
import RPMHeader

/// Runs one input of libFuzzer through the conversion, for both ABIs, with and without the digests
/// of files that may change.
///
/// - Parameters:
///   - start: The input.
///   - count: The input's size, in bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var conversion = CheckedConversion()
    var outcome = conversion.convert(bytes, abi: .v3, immutableOnly: false, names: false)
    if case .refused(let error) = outcome, error.isOfSize {
        // Few inputs would get any further: each that has become longer or shorter ends here.
        mendSize(of: &bytes)
        outcome = conversion.convert(bytes, abi: .v3, immutableOnly: false, names: false)
    }
    // What is refused with one ABI is refused with the other, and that the same way.
    if case .accepted = outcome {
        outcome = conversion.convert(bytes, abi: .v2, immutableOnly: true, names: true)
    }
    if case .wrong(let finding) = outcome { fatalError(finding) }
    return 0
}

/// Lets a header's word for the size of its data say what there is.
private func mendSize(of bytes: inout [UInt8]) {
    guard bytes.count >= 16 else { return }
    let entries = bytes[8..<12].reduce(0) { $0 << 8 | Int($1) }
    let size = bytes.count - 16 - 16 * entries
    guard size >= 0 else { return }
    for offset in 0..<4 { bytes[15 - offset] = UInt8(truncatingIfNeeded: size >> (8 * offset)) }
}

extension RPMHeaderError {
    /// Whether the file is shorter or longer than the header says.
    fileprivate var isOfSize: Bool { problem == .truncated || problem == .trailingBytes }
}
