import CLinux
import DigestList
import LinuxFiles

/// The names in `digest_lists_loaded`, by label: `<algorithm>-<digest>-<label>`.
public struct LoadedLists: ~Copyable {
    private static let directoryName: StaticString = "digest_lists_loaded"
    let abi: ABI
    let directory: FileDescriptor
    let names: NameList
    /// Where lists are read to, one at a time.
    private let memory: Memory

    /// Lists what is loaded now.
    ///
    /// - Parameter interface: The interface.
    /// - Throws: ``InterfaceError`` where the directory cannot be listed.
    public init(of interface: borrowing Interface) throws(InterfaceError) {
        do throws(Errno) {
            let directory = try FileDescriptor(
                entry: Self.directoryName.cString, of: interface.directory,
                for: [.reading, .directory])
            var names = NameList()
            try directory.list(into: &names) { Self.label(of: $0) != nil }
            try names.sort { strcmp(Self.label(of: $0)!, Self.label(of: $1)!) < 0 }
            // Of what is not written to, nothing is there but the addresses.
            memory = try Memory(count: Interface.maximumListSize + 1)
            self.directory = directory
            self.names = names
        } catch {
            throw InterfaceError(.list, error)
        }
        abi = interface.abi
    }

    /// The number of names: two for each list, one of them its view in words.
    public var count: Int { names.count }

    /// The name at a position, valid as long as the lists.
    ///
    /// - Parameter index: The position.
    public subscript(index: Int) -> UnsafePointer<CChar> { names[index] }

    /// The positions of the names with a label.
    ///
    /// - Parameter label: The label.
    public func range(of label: Label) -> Range<Int> {
        label.bytes.withUnsafeBytes { bytes in
            range(ofLabel: bytes.baseAddress!.assumingMemoryBound(to: CChar.self))
        }
    }

    private func range(ofLabel label: UnsafePointer<CChar>) -> Range<Int> {
        let start = names.partition { strcmp(Self.label(of: $0)!, label) < 0 }
        let end = names.partition { strcmp(Self.label(of: $0)!, label) <= 0 }
        return start..<end
    }

    /// Whether there is a list with a label.
    ///
    /// - Parameter label: The label.
    public func hasList(with label: Label) -> Bool { range(of: label).contains { !isView($0) } }

    /// Whether there is a list with a label that is no empty entry.
    ///
    /// - Parameter label: The label.
    /// - Throws: ``InterfaceError`` where it cannot be read.
    public func hasContents(with label: Label) throws(InterfaceError) -> Bool {
        for index in range(of: label) where !isView(index) {
            if try content(of: index)?.isEmpty == false { return true }
        }
        return false
    }

    /// Whether a name is of a list's view in words, and not of a list whose label ends alike.
    ///
    /// - Parameter index: The name's position.
    public func isView(_ index: Int) -> Bool {
        let name = bytes(of: names[index])
        let suffix: StaticString = ".ascii"
        let length = name.count - suffix.utf8CodeUnitCount
        guard length > 0, strcmp(names[index] + length, suffix.cString) == 0 else { return false }
        // No name is longer than NAME_MAX, 255 bytes.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: length + 1) { list in
            memcpy(list.baseAddress!, names[index], length)
            list[length] = 0
            guard let label = Self.label(of: list.baseAddress!) else { return false }
            return range(ofLabel: label).contains { strcmp(names[$0], list.baseAddress!) == 0 }
        }
    }

    /// Reads a loaded list back.
    ///
    /// - Parameters:
    ///   - index: The position of the list's name.
    ///   - memory: Where the list goes.
    /// - Returns: The list's size in bytes; that of the memory where the list may be larger.
    /// - Throws: ``InterfaceError`` where the list cannot be read.
    public func read(
        _ index: Int, into memory: UnsafeMutableRawBufferPointer
    ) throws(InterfaceError) -> Int {
        try InterfaceError.at(
            .read,
            FileDescriptor(entry: names[index], of: directory, for: .reading).read(into: memory))
    }

    /// A loaded list's bytes, valid until the next list is read: none for an empty entry, which
    /// the kernel keeps where a list was added under two labels; `nil` where the list was deleted
    /// since the names were listed.
    ///
    /// - Parameter index: The position of the list's name.
    /// - Throws: ``InterfaceError`` where the list cannot be read.
    func content(of index: Int) throws(InterfaceError) -> UnsafeRawBufferPointer? {
        let size: Int
        do throws(InterfaceError) { size = try read(index, into: memory.bytes) } catch {
            guard error == InterfaceError(.read, .noEntry) else { throw error }
            return nil
        }
        guard size < memory.count else { throw InterfaceError(.tooLarge) }
        return UnsafeRawBufferPointer(rebasing: memory.bytes[..<size])
    }

    /// The label of a list, as the kernel knows it.
    ///
    /// - Parameter index: The position of the list's name.
    /// - Throws: ``InterfaceError`` where the name has none.
    func label(of index: Int) throws(InterfaceError) -> Label {
        guard let name = Self.label(of: names[index]),
            let label = Label(ofLoadedList: bytes(of: name).bytes)
        else { throw InterfaceError(.malformed) }
        return label
    }

    /// The label in a name: all after the second hyphen, as no algorithm's name has one.
    ///
    /// - Parameter name: A name as in `digest_lists_loaded`.
    /// - Returns: `nil` where the name is not one of a list.
    public static func label(of name: UnsafePointer<CChar>) -> UnsafePointer<CChar>? {
        let hyphen = Int32(UInt8(ascii: "-"))
        guard let first = strchr(name, hyphen), let second = strchr(first + 1, hyphen) else {
            return nil
        }
        return UnsafePointer(second + 1)
    }
}
