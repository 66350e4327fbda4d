import CLinux
import DigestList
import LinuxFiles

/// What was loaded at some moment, of which more and more is found to have a file that stands for
/// it; the rest is left over.
public struct Leftovers: ~Copyable {
    private enum Mark: UInt8 {
        /// Nothing is known of a file.
        case left
        /// It is a part of what the label's file says.
        case part
        /// The label's file says something else.
        case replaced
        case kept
        /// Whether there is a file is not asked.
        case other
    }

    private let loaded: LoadedLists
    private let marks: Memory
    private var foreign: ForeignUploads?

    /// Begins with all that is loaded now.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - isConcerned: Whether lists with a label may be left over.
    /// - Throws: ``InterfaceError`` where the kernel does not tell what is loaded.
    public init(
        of interface: borrowing Interface, where isConcerned: (UnsafePointer<CChar>) -> Bool
    ) throws(InterfaceError) {
        let loaded = try LoadedLists(of: interface)
        marks = try InterfaceError.at(.list, Memory(count: max(loaded.count, 1)))
        self.loaded = loaded
        for index in 0..<self.loaded.count {
            let label = LoadedLists.label(of: self.loaded[index])!
            let isLeft = strlen(label) <= Label.maximumLength && isConcerned(label)
            self[index] = self.loaded.isView(index) ? .kept : isLeft ? .left : .other
        }
    }

    private subscript(index: Int) -> Mark {
        get { Mark(rawValue: marks.bytes[index])! }
        nonmutating set { marks.bytes[index] = newValue.rawValue }
    }

    /// Keeps all lists with a label.
    ///
    /// - Parameter label: The label.
    public mutating func keep(_ label: Label) {
        for index in loaded.range(of: label) { self[index] = .kept }
    }

    /// Keeps a list, if it was loaded at the beginning; what else has its label is replaced.
    ///
    /// - Parameters:
    ///   - list: The list; none where there is a file without digests.
    ///   - label: Its label.
    /// - Returns: Whether it was loaded.
    /// - Throws: ``InterfaceError`` where a loaded list cannot be read.
    public mutating func keep(
        _ list: UnsafeRawBufferPointer, label: Label
    ) throws(InterfaceError) -> Bool {
        var isLoaded = false
        for index in loaded.range(of: label) where self[index] == .left || self[index] == .replaced
        {
            switch try loaded.likeness(of: index, to: list) {
            case .same:
                self[index] = .kept
                isLoaded = true
            case .part: self[index] = .part
            // An empty entry may get the list itself.
            case .gone, .empty: self[index] = .kept
            case .other: self[index] = .replaced
            }
        }
        return isLoaded
    }

    /// Keeps what ``keep(_:label:)`` has found to be parts of a list, which went up in parts.
    ///
    /// - Parameter label: The list's label.
    public mutating func keepParts(of label: Label) {
        for index in loaded.range(of: label) where self[index] == .part { self[index] = .kept }
    }

    /// Deletes what was meant for a label and is loaded under another one.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - interface: The interface.
    ///   - isDryRun: Whether all stays loaded.
    ///   - told: Is called for each such list, with its name.
    /// - Throws: ``InterfaceError`` of the first list that stays.
    public mutating func deleteForeign(
        meantFor label: Label, from interface: inout Interface, unless isDryRun: Bool,
        told: (UnsafePointer<CChar>) -> Void
    ) throws(InterfaceError) {
        // What is there in parts is not also somewhere else because of a foreign label.
        if loaded.range(of: label).contains(where: { self[$0] == .part }) { return }
        if foreign == nil {
            foreign = try ForeignUploads(in: loaded) { self[$0] != .kept }
        }
        _ = try foreign?.delete(
            meantFor: label, in: loaded, from: &interface, unless: isDryRun, told: told)
    }

    /// What is told of a list that is left over.
    public enum Deletion {
        /// No file stands for it.
        case leftOver
        /// It was meant for another label.
        case foreign
        /// It stays.
        case failed(InterfaceError)
    }

    /// Deletes what is left over, and what is loaded under a label that is not its own.
    ///
    /// - Parameters:
    ///   - interface: The interface.
    ///   - isDryRun: Whether all stays loaded.
    ///   - hasFile: Whether a label has a file now; for labels of which none was seen.
    ///   - told: Is called for each list that is deleted or cannot be, with its name.
    public func delete(
        from interface: inout Interface, unless isDryRun: Bool,
        hasFile: (Label) -> Bool, told: (UnsafePointer<CChar>, Deletion) -> Void
    ) {
        for index in 0..<loaded.count {
            do throws(InterfaceError) {
                guard let deletion = try deletion(of: index, hasFile: hasFile) else { continue }
                if !isDryRun, try !interface.delete(index, in: loaded) { continue }
                if case .foreign = deletion { interface.endTurn() }
                told(loaded[index], deletion)
            } catch {
                if error.saysNotLoaded { continue }
                // Nobody is kept waiting while people are told.
                interface.endTurn()
                told(loaded[index], .failed(error))
            }
        }
    }

    /// Why a list is deleted; `nil` where it stays.
    private func deletion(
        of index: Int, hasFile: (Label) -> Bool
    ) throws(InterfaceError) -> Deletion? {
        switch self[index] {
        case .kept: return nil
        case .other:
            // The kernel itself gives a compact list its file's name, and it may have been made
            // of a list of another name.
            let name = bytes(of: LoadedLists.label(of: loaded[index])!).bytes
            if ListName(name)?.hasFormat("compact", in: name) == true { return nil }
            return loaded.foreignHash(of: index) == nil ? nil : .foreign
        case .left where hasFile(try loaded.label(of: index)): return nil
        case .left, .part, .replaced: break
        }
        // What has no contents is an entry that the kernel does not let go of.
        return try loaded.content(of: index)?.isEmpty == false ? .leftOver : nil
    }
}
