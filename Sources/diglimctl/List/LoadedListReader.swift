import CommandLineTool
import DigestList
import FileDigests
import KernelInterface
import LinuxFiles

/// Reads what `digest_lists_loaded` shows.
struct LoadedListReader: ~Copyable {
    /// The numbering of types.
    let abi: ABI
    private let names: LoadedLists
    private let hasher: Hasher

    /// The kernel cuts names here, in bytes; the corresponding C constant is `NAME_MAX`.
    static let longestName = 255
    private static let viewSuffix = Array(".ascii".utf8)
    /// More than the beginning of a view that tells the actions has, in bytes.
    private static let viewStart = 32
    /// The size from which on the kernel has no list, in bytes.
    private static let sizeLimit = 64 << 20

    /// Lists the names of what is loaded now.
    ///
    /// - Parameter interface: The interface.
    /// - Throws: ``CommandError`` where the kernel does not tell.
    init(of interface: borrowing Interface) throws(CommandError) {
        let names: LoadedLists
        do throws(InterfaceError) { names = try LoadedLists(of: interface, withViews: true) } catch
        {
            throw CommandError(nil, error)
        }
        hasher = try Hasher.ofLists()
        self.names = names
        abi = interface.abi
    }

    /// Reads all lists; those that are deleted meanwhile are left out.
    ///
    /// - Returns: The lists, by label.
    /// - Throws: ``CommandError`` where one cannot be read.
    func lists() throws(CommandError) -> [LoadedList] {
        var memory = [UInt8](repeating: 0, count: 1 << 20)
        var lists: [LoadedList] = []
        for (name, entry) in entries() {
            let list = LoadedList(
                name: name, label: ListLabel(path: entry.label), position: entry.position)
            if let list = try read(list, view: entry.view, &memory) { lists.append(list) }
        }
        return lists.sorted { ListLabel.precedes($0.label, $1.label) }
    }

    private struct Entry {
        var label: Path
        var position: Int
        /// The position of the view in words.
        var view: Int?
    }

    /// The entries by name, each with its view in words.
    ///
    /// A name that is too long for both is cut in the view, and in the list's own name at the last
    /// dot that is left.
    private func entries() -> [Path: Entry] {
        var entries: [Path: Entry] = [:]
        for position in 0..<names.count {
            guard let label = LoadedLists.label(of: names[position]) else { continue }
            entries[Path(cString: names[position])] = Entry(
                label: Path(cString: label), position: position)
        }
        for (name, view) in entries {
            guard let list = Self.list(ofView: name), entries[list] != nil else { continue }
            entries[list]?.view = view.position
            entries[name] = nil
        }
        return entries
    }

    /// The name of the list that a name is the view of, if it is one.
    private static func list(ofView name: Path) -> Path? {
        if name.bytes.count == longestName {
            return name.bytes.lastIndex(of: UInt8(ascii: ".")).map {
                Path(bytes: Array(name.bytes[..<$0]))
            }
        }
        guard name.bytes.suffix(viewSuffix.count) == viewSuffix[...] else { return nil }
        return Path(bytes: name.bytes.dropLast(viewSuffix.count))
    }
}

extension LoadedListReader {
    /// Reads a list.
    ///
    /// - Returns: `nil` where it has been deleted.
    private func read(
        _ list: LoadedList, view: Int?, _ memory: inout [UInt8]
    ) throws(CommandError) -> LoadedList? {
        do throws(InterfaceError) {
            guard let size = try read(list.position, into: &memory) else { return nil }
            guard size > 0, let view else { return list }
            let content = memory[..<size]
            var start = [UInt8](repeating: 0, count: Self.viewStart)
            guard let count = try readStart(view, into: &start), count > 0 else { return nil }
            guard let actions = ListActions(view: start[..<count]) else {
                throw InterfaceError(.malformed)
            }
            var read = list
            read.content = try self.content(content, actions)
            return read
        } catch {
            throw CommandError(list.name, error)
        }
    }

    private func content(
        _ bytes: ArraySlice<UInt8>, _ actions: ListActions
    ) throws(InterfaceError) -> LoadedList.Content {
        let digest = hasher.digest(of: Array(bytes))
        do throws(CompactListError) {
            return try bytes.span.withUnsafeBytes { (bytes) throws(CompactListError) in
                try LoadedList.Content(bytes, digest: digest, actions: actions, abi: abi)
            }
        } catch {
            throw InterfaceError(.malformed)
        }
    }

    /// Reads a list whole.
    ///
    /// - Returns: The list's size in bytes; `nil` where it has been deleted.
    private func read(
        _ position: Int, into memory: inout [UInt8]
    ) throws(InterfaceError) -> Int? {
        while true {
            guard let size = try readStart(position, into: &memory) else { return nil }
            if size < memory.count { return size }
            guard size < Self.sizeLimit else { throw InterfaceError(.malformed) }
            memory = [UInt8](repeating: 0, count: 2 * size)
        }
    }

    private func readStart(
        _ position: Int, into memory: inout [UInt8]
    ) throws(InterfaceError) -> Int? {
        do throws(InterfaceError) {
            var span = memory.mutableSpan
            return try span.withUnsafeMutableBytes { (memory) throws(InterfaceError) in
                try names.read(position, into: memory)
            }
        } catch {
            guard error == InterfaceError(.read, .noEntry) else { throw error }
            return nil
        }
    }

    /// Reads a list once more.
    ///
    /// - Parameter list: The list.
    /// - Returns: The list's bytes; none where it has been deleted.
    /// - Throws: ``CommandError`` where it cannot be read.
    func bytes(of list: LoadedList) throws(CommandError) -> [UInt8] {
        do throws(InterfaceError) {
            var memory = [UInt8](repeating: 0, count: (list.content?.size ?? 0) + 1)
            let size = try read(list.position, into: &memory) ?? 0
            return Array(memory[..<size])
        } catch {
            throw CommandError(list.name, error)
        }
    }
}

extension Hasher {
    /// What takes the digests by which lists are compared.
    ///
    /// - Throws: ``CommandError`` where libcrypto does not have SHA-256.
    static func ofLists() throws(CommandError) -> Hasher {
        do throws(HasherError) { return try Hasher(.sha256) } catch {
            throw CommandError(error.text)
        }
    }
}
