import CLinux
import DigestList
import LinuxFiles

/// The names in `digest_lists_loaded`, by label: `<algorithm>-<digest>-<label>`.
public struct LoadedLists: ~Copyable {
    private static let directoryName: StaticString = "digest_lists_loaded"
    private let directory: FileDescriptor
    let names: NameList

    /// Lists what is loaded now.
    ///
    /// - Parameter interface: The interface.
    /// - Throws: ``InterfaceError`` where the directory cannot be listed.
    public init(of interface: borrowing Interface) throws(InterfaceError) {
        let directory = try Self.open(in: interface)
        names = try Self.names(in: directory)
        self.directory = directory
    }

    private static func open(
        in interface: borrowing Interface
    ) throws(InterfaceError) -> FileDescriptor {
        do throws(Errno) {
            return try FileDescriptor(
                entry: directoryName.cString, of: interface.directory,
                for: [.reading, .directory])
        } catch {
            throw InterfaceError(.list, error)
        }
    }

    private static func names(
        in directory: borrowing FileDescriptor
    ) throws(InterfaceError) -> NameList {
        var names = NameList()
        do throws(Errno) {
            try directory.list(into: &names) { label(of: $0) != nil }
        } catch {
            throw InterfaceError(.list, error)
        }
        names.sort { strcmp(label(of: $0)!, label(of: $1)!) < 0 }
        return names
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

    /// The position of a name.
    ///
    /// - Parameter name: The name, in which there is a label.
    /// - Returns: `nil` where no list has it.
    func position(of name: UnsafePointer<CChar>) -> Int? {
        guard let label = Self.label(of: name) else { return nil }
        return range(ofLabel: label).first { strcmp(names[$0], name) == 0 }
    }

    /// Whether a name is of a list's view in words, and not of a list whose label ends alike.
    ///
    /// - Parameter index: The name's position.
    public func isView(_ index: Int) -> Bool {
        let name = bytes(of: names[index])
        let suffix: StaticString = ".ascii"
        let length = name.count - suffix.utf8CodeUnitCount
        guard length > 0, strcmp(names[index] + length, suffix.cString) == 0 else { return false }
        var list = [CChar](repeating: 0, count: length + 1)
        list.withUnsafeMutableBytes { $0.copyMemory(from: .init(rebasing: name[..<length])) }
        return list.withUnsafeBufferPointer {
            (try? directory.status(of: $0.baseAddress!)) != nil
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
        do throws(Errno) {
            let file = try FileDescriptor(
                entry: names[index], of: directory, for: .reading)
            return try file.read(into: memory)
        } catch {
            throw InterfaceError(.read, error)
        }
    }

    /// Reads a loaded list back, unless it was deleted since the names were listed.
    func readUnlessGone(
        _ index: Int, into memory: UnsafeMutableRawBufferPointer
    ) throws(InterfaceError) -> Int? {
        do throws(InterfaceError) { return try read(index, into: memory) } catch {
            guard error == InterfaceError(.read, .noEntry) else { throw error }
            return nil
        }
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
