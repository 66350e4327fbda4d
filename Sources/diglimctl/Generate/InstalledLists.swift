import CommandLineTool
import DigestList
import PackageHeader

/// The digest lists that the packages of a database stand for.
struct InstalledLists {
    /// The number of packages.
    private(set) var packages = 0
    /// The lists' names without the position.
    private var names = ListNames(position: [])

    /// Adds a package of the database.
    ///
    /// - Parameter header: The package's header, or one that stands for something else.
    mutating func add(_ header: borrowing PackageHeader) {
        guard case .package = header.content else { return }
        packages += 1
        // A package whose name no list can have has none that could be there.
        _ = try? names.take(header)
    }

    /// Finds the RPM digest lists that no package stands for.
    ///
    /// - Parameters:
    ///   - files: The names of files in a directory of digest lists.
    ///   - position: The position of the lists that count; `nil` for all.
    /// - Returns: The names of the lists, in order.
    func stale(in files: [Path], position: [UInt8]? = nil) -> [Path] {
        let names = names.all
        return files.filter { file in
            let parts = file.bytes.withUnsafeBytes { bytes -> Range<Int>? in
                guard let name = ListName(bytes.bytes), name.type == .file,
                    name.hasFormat("rpm", in: bytes.bytes)
                else { return nil }
                return name.position
            }
            guard let parts, position == nil || position == Array(file.bytes[parts]) else {
                return false
            }
            return !names.contains(Path(bytes: Array(file.bytes[parts.upperBound...])))
        }
        .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }
}
