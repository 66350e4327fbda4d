import CLinux
import DigestList
import LinuxFiles

/// What was loaded at some moment, of which more and more is found to have a file that stands for
/// it; the rest is left over.
public struct Leftovers: ~Copyable {
    private enum Mark: UInt8 { case left, part, kept }

    private let loaded: LoadedLists
    private var marks: [Mark]

    /// Begins with all that is loaded now.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - isConcerned: Whether lists with a label may be left over; all others are kept.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    public init(
        of interface: borrowing Interface, where isConcerned: (UnsafePointer<CChar>) -> Bool
    ) throws(InterfaceError) {
        let loaded = try LoadedLists(of: interface)
        marks = (0..<loaded.count).map { index in
            guard let name = LoadedLists.label(of: loaded[index]), isConcerned(name),
                strlen(name) <= Label.maximumLength, !loaded.isView(index)
            else { return .kept }
            return .left
        }
        self.loaded = loaded
    }

    /// Keeps all lists with a label.
    ///
    /// - Parameter label: The label.
    public mutating func keep(_ label: Label) {
        for index in loaded.range(of: label) { marks[index] = .kept }
    }

    /// Keeps a list, if it was loaded at the beginning.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - label: Its label.
    /// - Returns: Whether it was loaded.
    /// - Throws: ``InterfaceError`` where a loaded list cannot be read.
    public mutating func keep(
        _ list: UnsafeRawBufferPointer, label: Label
    ) throws(InterfaceError) -> Bool {
        var isLoaded = false
        let memory = LoadedLists.memory(for: list)
        defer { memory.deallocate() }
        for index in loaded.range(of: label) where marks[index] == .left {
            switch try loaded.likeness(of: index, to: list, memory: memory) {
            case .same:
                marks[index] = .kept
                isLoaded = true
            case .part: marks[index] = .part
            case .gone: marks[index] = .kept
            case .other: break
            }
        }
        return isLoaded
    }

    /// Keeps what ``keep(_:label:)`` has found to be parts of a list, which went up in parts.
    ///
    /// - Parameter label: The list's label.
    public mutating func keepParts(of label: Label) {
        for index in loaded.range(of: label) where marks[index] == .part { marks[index] = .kept }
    }

    /// Deletes what is left over.
    ///
    /// A list stays where the same list is wanted under another label: the kernel has its digests
    /// only once, under the label that came first.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - isDryRun: Whether all stays loaded.
    ///   - memory: Room for a list and one byte more.
    ///   - told: Is called for each list that is deleted or cannot be, with its name.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded now.
    public func delete(
        from interface: inout Interface, unless isDryRun: Bool,
        memory: UnsafeMutableRawBufferPointer,
        told: (UnsafePointer<CChar>, InterfaceError?) -> Void
    ) throws(InterfaceError) {
        let present = try LoadedLists(of: interface)
        for index in marks.indices where marks[index] != .kept {
            do throws(InterfaceError) {
                let size = try loaded.readUnlessGone(index, into: memory) ?? 0
                guard size < memory.count else { throw InterfaceError(.tooLarge) }
                // What has no contents is an entry that the kernel does not let go of.
                guard size > 0, !isWanted(index, in: present) else { continue }
                if !isDryRun {
                    let list = UnsafeRawBufferPointer(rebasing: memory[..<size])
                    try interface.perform(.delete, list, label: try label(of: index))
                }
                told(loaded[index], nil)
            } catch {
                if !error.saysNotLoaded { told(loaded[index], error) }
            }
        }
    }

    private func label(of index: Int) throws(InterfaceError) -> Label {
        let name = LoadedLists.label(of: loaded[index])
        guard let name, let label = Label(listName: bytes(of: name).bytes) else {
            throw InterfaceError(.malformed)
        }
        return label
    }

    /// Whether one of the lists that are there now has the same digest, and is not left over.
    private func isWanted(_ index: Int, in present: borrowing LoadedLists) -> Bool {
        let name = loaded[index]
        let length = LoadedLists.label(of: name)! - name
        return (0..<present.count).contains { other in
            strncmp(present[other], name, length) == 0 && !present.isView(other)
                && !isLeft(present[other])
        }
    }

    private func isLeft(_ name: UnsafePointer<CChar>) -> Bool {
        loaded.position(of: name).map { marks[$0] != .kept } ?? false
    }
}
