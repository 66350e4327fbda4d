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
    if case .refused(let error) = outcome, error.isOfFrame {
        // Few inputs would get any further: each that has become longer or shorter ends here.
        mendFrame(of: &bytes)
        outcome = conversion.convert(bytes, abi: .v3, immutableOnly: false, names: false)
    }
    // What is refused with one ABI is refused with the other, and that the same way.
    if case .accepted = outcome {
        outcome = conversion.convert(bytes, abi: .v2, immutableOnly: true, names: true)
    }
    if case .wrong(let finding) = outcome { fatalError(finding) }
    return 0
}

/// Lets a header's words for its size, and its region, say what there is.
private func mendFrame(of bytes: inout [UInt8]) {
    guard bytes.count >= 16 else { return }
    let entries = bytes[8..<12].reduce(0) { $0 << 8 | Int($1) }
    let size = bytes.count - 16 - 16 * entries
    guard entries > 0, size >= 16 else { return }
    func set(_ numbers: [Int], at start: Int) {
        for (index, number) in numbers.enumerated() {
            for byte in 0..<4 {
                bytes[start + 4 * index + 3 - byte] = UInt8(
                    truncatingIfNeeded: number >> (8 * byte))
            }
        }
    }
    set([size], at: 12)
    set([63, 7, size - 16, 16], at: 16)
    set([63, 7, -16 * entries, 16], at: bytes.count - 16)
}

extension RPMHeaderError {
    /// Whether the file is shorter or longer than the header says, or the header than its region.
    fileprivate var isOfFrame: Bool {
        switch problem {
        case .truncated, .trailingBytes, .noRegion, .regionTrailer, .outsideRegion, .behindRegion:
            true
        default: false
        }
    }
}
