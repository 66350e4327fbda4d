import CommandLineTool
import DigestList

/// The label under which a list is loaded, and what it tells.
struct ListLabel: Hashable {
    /// The label's bytes.
    let path: Path

    /// The label for people and for JSON.
    var text: String { path.text }

    /// Whether the label is the name of a digest list; any other says nothing about its list.
    var isListName: Bool { path.bytes.withUnsafeBytes { ListName($0.bytes) != nil } }

    /// Whether the label is the name of a digest list in a format.
    ///
    /// - Parameter format: The format's name.
    func hasFormat(_ format: StaticString) -> Bool {
        path.bytes.withUnsafeBytes {
            ListName($0.bytes)?.hasFormat(format, in: $0.bytes) == true
        }
    }

    /// The tail of what the parser uploads under this label.
    var tail: UploadTail? {
        path.bytes.withUnsafeBytes { Label(ofLoadedList: $0.bytes) }.map { UploadTail(of: $0) }
    }

    /// The package's name, version, release and architecture, where the label is the name of an
    /// RPM digest list.
    var package: String? {
        path.bytes.withUnsafeBytes { bytes in
            guard let name = ListName(bytes.bytes), name.hasFormat("rpm", in: bytes.bytes) else {
                return nil
            }
            return printable(bytes[name.name])
        }
    }

    /// The package, or the label in parentheses, which no package is in.
    var title: String { package ?? "(\(text))" }

    /// The order of the labels' bytes.
    static func precedes(_ first: ListLabel, _ second: ListLabel) -> Bool {
        first.path.bytes.lexicographicallyPrecedes(second.path.bytes)
    }
}
