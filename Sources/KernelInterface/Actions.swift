import CLinux
import DigestList
import LinuxFiles

/// What IMA did with an upload; who uses digest lists ignores those that lack the action he needs.
///
/// The raw values are the bits of the kernel's `actions`, `COMPACT_ACTION_IMA_*` of
/// `<uapi/linux/diglim.h>`.
public struct Actions: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Creates a set from the kernel's bits.
    ///
    /// - Parameter rawValue: The bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It was measured.
    public static let measured = Actions(rawValue: 1)
    /// It was appraised.
    public static let appraised = Actions(rawValue: 2)
    /// All that the lists of packages can get.
    public static let all: Actions = [.measured, .appraised]

    /// Reads the first actions that a text of the kernel's names.
    init?(in text: UnsafeRawBufferPointer) {
        let key: StaticString = "actions: "
        let length = key.utf8CodeUnitCount
        guard let base = text.baseAddress,
            let found = memmem(base, text.count, key.utf8Start, length)
        else { return nil }
        let start = UnsafeRawPointer(found) - base + length
        guard start < text.count, case let value = text[start] &- UInt8(ascii: "0"), value < 8
        else {
            return nil
        }
        self = Actions(rawValue: value).intersection(.all)
    }
}

extension LoadedLists {
    /// The actions of a loaded list, from its view in words.
    ///
    /// - Parameter index: The position of the list's name.
    /// - Returns: `nil` where the kernel does not tell.
    public func actions(of index: Int) -> Actions? {
        var name = UnsafeBufferPointer(start: names[index], count: strlen(names[index])) + [0]
        name.removeLast()
        let suffix: StaticString = ".ascii"
        name += UnsafeBufferPointer(start: suffix.cString, count: suffix.utf8CodeUnitCount + 1)
        guard let file = try? FileDescriptor(entry: name, of: directory, for: .reading) else {
            return nil
        }
        // Where the first block's header stands.
        return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { text in
            (try? file.read(into: text)).flatMap { Actions(in: .init(rebasing: text[..<$0])) }
        }
    }

    /// The actions that all lists with a label have.
    ///
    /// - Parameter label: The label.
    /// - Returns: `nil` where there are none, or the kernel does not tell.
    public func actions(of label: Label) -> Actions? {
        var common: Actions?
        for index in range(of: label) where !isView(index) {
            guard let actions = actions(of: index) else { continue }
            common = common?.intersection(actions) ?? actions
        }
        return common
    }
}
