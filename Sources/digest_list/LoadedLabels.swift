import CLinux
import DigestList
import KernelInterface
import LinuxFiles

/// The names of what is loaded: algorithm, digest and label.
struct LoadedLabels: ~Copyable {
    private var names = NameList()

    /// Reads the names; without any where the kernel does not tell.
    ///
    /// - Parameter interface: The interface's directory.
    init(of interface: CString) {
        let loaded: StaticString = "/digest_lists_loaded"
        let path = join(interface, loaded.cString)
        guard let directory = try? FileDescriptor(path: path, for: [.reading, .directory]) else {
            return
        }
        try? directory.list(into: &names) { LoadedLists.label(of: $0) != nil }
    }

    /// Whether what is loaded for a list is, byte for byte, what is loaded for another one.
    ///
    /// - Parameter list: The list's file name.
    func hasTwin(of list: CString) -> Bool {
        guard let label = Label(listName: bytes(of: list).bytes) else { return false }
        return (0..<names.count).contains { index in
            guard isOf(label, names[index]) else { return false }
            return (0..<names.count).contains { isTwin(names[$0], names[index]) }
        }
    }

    private func isOf(_ label: Label, _ name: UnsafePointer<CChar>) -> Bool {
        label.bytes.withUnsafeBytes {
            strcmp(
                LoadedLists.label(of: name)!,
                $0.baseAddress!.assumingMemoryBound(to: CChar.self)) == 0
        }
    }

    /// Whether a name has the same digest as another, and another label, which its view in words
    /// has not.
    private func isTwin(_ name: UnsafePointer<CChar>, _ other: UnsafePointer<CChar>) -> Bool {
        let label = LoadedLists.label(of: other)!
        guard strncmp(name, other, label - other) == 0 else { return false }
        let length = strlen(label)
        let view: StaticString = ".ascii"
        let own = LoadedLists.label(of: name)!
        return strncmp(own, label, length) != 0
            || (own[length] != 0 && strcmp(own + length, view.cString) != 0)
    }
}
