import CLinux
import DigestList
import LinuxFiles

/// What is known of the file that stands for a loaded list.
struct Finding: BitwiseCopyable {
    enum Mark { case unknown, kept, replaced }

    /// Whether there is such a file, or one that says something else.
    var mark = Mark.unknown
    /// The hash of the label that the list was uploaded with; `nil` where nobody has looked.
    var origin: UInt64?
}

extension LoadedLists {
    /// Keeps all lists with a label.
    ///
    /// - Parameter label: The label.
    public mutating func keep(_ label: Label) {
        for index in range(of: label) { findings[index].mark = .kept }
    }

    /// Keeps a list, if it is loaded under its label; what else has the label is replaced.
    ///
    /// - Parameters:
    ///   - list: The list; none where there is a file without digests.
    ///   - label: Its label.
    /// - Returns: Whether it is loaded.
    /// - Throws: ``InterfaceError`` where a loaded list cannot be read.
    public mutating func keep(
        _ list: UnsafeRawBufferPointer, label: Label
    ) throws(InterfaceError) -> Bool {
        var isLoaded = false
        for index in range(of: label) where findings[index].mark != .kept {
            let content = try content(of: index)
            let isSame = content?.isEmpty == false && content!.isEqual(to: list)
            if isSame { isLoaded = true }
            // An empty entry may get the list itself.
            findings[index].mark = isSame || content?.isEmpty != false ? .kept : .replaced
        }
        return isLoaded
    }

    /// Whether no file stands for a list, or it is loaded under a label that is not its own.
    ///
    /// - Parameters:
    ///   - index: The position of its name.
    ///   - hasFile: Whether a label has a file now; for labels of which none was seen.
    /// - Throws: ``InterfaceError`` where the list's name is not in order.
    public func isLeftOver(
        _ index: Int, hasFile: (Label) -> Bool
    ) throws(InterfaceError) -> Bool {
        guard findings[index].mark == .unknown else { return findings[index].mark == .replaced }
        let label = bytes(of: Self.label(of: names[index])!)
        let name = ListName(label.bytes)
        if label.count <= Label.maximumLength, name?.hasFormat("rpm", in: label.bytes) == true {
            return try !hasFile(self.label(of: index))
        }
        // The kernel itself gives a compact list its file's name, and it may have been made of a
        // list of another name.
        return name?.hasFormat("compact", in: label.bytes) != true && isForeign(index)
    }

    /// Whether a list is loaded under another label than its own, because somebody else wrote one
    /// between the parser's label and its list.
    ///
    /// - Parameters:
    ///   - index: The position of its name.
    ///   - label: The label that it was meant for; `nil` for any.
    public func isForeign(_ index: Int, meantFor label: Label? = nil) -> Bool {
        guard findings[index].mark != .kept, let own = try? self.label(of: index) else {
            return false
        }
        let ownHash = UploadTail(of: own).labelHash
        let list = findings[index].origin == nil ? try? content(of: index) : nil
        let tail = list.flatMap { UploadTail(endOf: $0.bytes, abi: abi) }
        let origin = findings[index].origin ?? tail?.labelHash ?? ownHash
        findings[index].origin = origin
        return origin != ownHash && label.map { origin == UploadTail(of: $0).labelHash } ?? true
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both have the same bytes.
    func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        return isEmpty || memcmp(baseAddress!, other.baseAddress!, count) == 0
    }
}
