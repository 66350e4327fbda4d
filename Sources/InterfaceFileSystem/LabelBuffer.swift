import DigestList

/// The label for the next list: the kernel's buffer for it, with its habits.
struct LabelBuffer {
    private static let size = 256

    private var bytes = [UInt8](repeating: 0, count: size)

    /// The label up to its NUL; `nil` where there is none.
    var label: [UInt8]? {
        bytes[0] == 0 ? nil : Array(bytes.prefix { $0 != 0 })
    }

    /// Copies a label over the old one, whose rest stays where the new one does not end with NUL.
    ///
    /// - Parameter payload: What is written to the label file.
    /// - Throws: `EINVAL` where it is too long, which leaves the old label, or where the kernel
    ///   refuses one of its bytes, which leaves none.
    mutating func write(_ payload: [UInt8]) throws(InterfaceError) {
        guard payload.count < Self.size else { throw .invalid }
        bytes.replaceSubrange(..<payload.count, with: payload)
        guard payload.allSatisfy({ $0 == 0 || Label.accepts($0) }) else {
            clear()
            throw .invalid
        }
    }

    /// Forgets the label.
    mutating func clear() {
        bytes = [UInt8](repeating: 0, count: Self.size)
    }
}
