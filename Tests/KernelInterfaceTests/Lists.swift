import BlackBox
import DigestList
import KernelInterface

/// A block of so many different digests.
func block(
    _ count: Int, algorithm: HashAlgorithm = .sha256, isImmutable: Bool = false, from first: Int = 0
) -> ListBlock {
    ListBlock(
        modifiers: isImmutable ? 1 : 0, algorithm: algorithm.rawValue,
        (first..<first + count).map { number in
            var digest = [UInt8](repeating: 0xdd, count: algorithm.digestSize)
            for index in 0..<4 { digest[index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
            return digest
        })
}

/// A label that is in order.
func label(_ text: String) throws -> Label {
    let bytes = Array(text.utf8)
    guard let label = Label(listName: bytes.span.bytes) else { throw NotALabel() }
    return label
}

private struct NotALabel: Error {}

/// Adds a list.
func add(
    _ list: [UInt8], label text: String, to interface: inout Interface
) throws -> Bool {
    let label = try label(text)
    var loaded = LoadedLists()
    return try list.span.withUnsafeBytes { bytes throws(InterfaceError) in
        try interface.add(bytes, label: label, unlessIn: &loaded)
    }
}

/// Deletes all lists with a label.
func delete(
    label text: String, from interface: inout Interface
) throws -> Bool {
    let loaded = try LoadedLists(of: interface)
    return try interface.delete(label: label(text), in: loaded)
}

/// What goes wrong where something must.
func error(in body: () throws(InterfaceError) -> Void) -> InterfaceError? {
    do throws(InterfaceError) {
        try body()
        return nil
    } catch {
        return error
    }
}
