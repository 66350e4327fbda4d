import CLinux
import DigestList
import LinuxFiles

/// What is loaded: the names in `digest_lists_loaded`, by label, `<algorithm>-<digest>-<label>`, and
/// what is found out about each list.
public struct LoadedLists: ~Copyable {
    let abi: ABI
    let names: NameList
    let findings: Table<Finding>
    /// The directory; `nil` where nobody has looked.
    private let directory: FileDescriptor?
    /// Where lists are read to, one at a time.
    private let memory: Memory

    /// Creates what is known before somebody has looked: nothing.
    public init() {
        abi = .v3
        directory = nil
        names = NameList()
        findings = Table()
        memory = Memory()
    }

    /// Lists what is loaded now.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - withViews: Whether the lists' views in words are among the names.
    /// - Throws: ``InterfaceError`` where the directory cannot be listed.
    public init(
        of interface: borrowing Interface, withViews: Bool = false
    ) throws(InterfaceError) {
        do throws(Errno) {
            let opened = try FileDescriptor(
                entry: StaticString("digest_lists_loaded").cString, of: interface.directory,
                for: [.reading, .directory])
            var names = NameList()
            try opened.list(into: &names) { Self.label(of: $0) != nil }
            try names.sort { strcmp(Self.label(of: $0)!, Self.label(of: $1)!) < 0 }
            if !withViews { names = try names.withoutViews() }
            let findings = try Table(repeating: Finding(), count: names.count)
            // Of what is not written to, nothing is there but the addresses.
            memory = try Memory(count: Interface.maximumListSize + 1)
            directory = consume opened
            self.names = names
            self.findings = findings
        } catch {
            throw InterfaceError(.list, error)
        }
        abi = interface.abi
    }

    /// The number of names.
    public var count: Int { names.count }

    /// The name at a position, valid as long as the lists.
    ///
    /// - Parameter index: The position.
    public subscript(index: Int) -> UnsafePointer<CChar> { names[index] }

    /// The positions of the names with a label.
    ///
    /// - Parameter label: The label.
    public func range(of label: Label) -> Range<Int> {
        label.withCString { names.range(ofLabel: $0) }
    }

    /// Whether two names have the same algorithm and digest: the kernel then has one list, under
    /// one of the labels.
    func isSameList(_ index: Int, _ other: Int) -> Bool {
        strncmp(names[index], names[other], Self.label(of: names[index])! - names[index]) == 0
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
        switch directory {
        case .none: 0
        case .some(let directory):
            try InterfaceError.at(
                .read,
                FileDescriptor(entry: names[index], of: directory, for: .reading)
                    .read(into: memory))
        }
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

extension NameList {
    /// The positions of the names with a label, of names by label.
    fileprivate func range(ofLabel label: UnsafePointer<CChar>) -> Range<Int> {
        let start = partition { strcmp(LoadedLists.label(of: $0)!, label) < 0 }
        return start..<partition { strcmp(LoadedLists.label(of: $0)!, label) <= 0 }
    }

    fileprivate func withoutViews() throws(Errno) -> NameList {
        var lists = NameList()
        for index in 0..<count where !isView(index) { try lists.append(self[index]) }
        return lists
    }

    /// Whether a name is of a list's view in words, and not of a list whose label ends alike.
    private func isView(_ index: Int) -> Bool {
        let suffix: StaticString = ".ascii"
        let length = strlen(self[index]) - suffix.utf8CodeUnitCount
        guard length > 0, strcmp(self[index] + length, suffix.cString) == 0 else { return false }
        var list = Array(UnsafeBufferPointer(start: self[index], count: length))
        list.append(0)
        guard let label = LoadedLists.label(of: list) else { return false }
        return range(ofLabel: label).contains { strcmp(self[$0], list) == 0 }
    }
}
