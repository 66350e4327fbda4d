import CommandLineTool
import Glibc
import LinuxFiles

/// The root directory of a system, this one or another that is mounted somewhere.
struct SystemRoot: Sendable {
    /// The root directory's absolute path, without a slash at its end: empty for this system.
    private let prefix: [UInt8]
    /// The links of a system whose files are not on any file system.
    private let links: [Path: [UInt8]]?

    /// As many symbolic links as the kernel follows.
    private static let mostLinks = 40

    /// Takes a root directory.
    ///
    /// - Parameter path: The directory; `nil` for this system's own.
    /// - Throws: ``CommandError`` where there is none.
    init(_ path: Path?) throws(CommandError) {
        links = nil
        guard let path else {
            prefix = []
            return
        }
        guard let place = path.canonical else {
            throw CommandError("\(path.text): \(Errno.current.text)")
        }
        guard isDirectory(place) else { throw CommandError("\(path.text): not a directory") }
        prefix = place == Path("/") ? [] : place.bytes
    }

    /// Takes a system whose files are not on any file system.
    ///
    /// - Parameter links: Where its symbolic links lead to.
    init(links: [Path: [UInt8]]) {
        self.links = links
        // Nothing is below it.
        prefix = Array("/dev/null".utf8)
    }

    /// Whether it is this system's own.
    var isThisSystem: Bool { prefix.isEmpty }

    /// Where the root directory is on this system.
    var place: Path { isThisSystem ? Path("/") : Path(bytes: prefix) }

    /// Where something is on this system.
    ///
    /// - Parameter path: Its absolute path in the system.
    func place(of path: Path) -> Path { Path(bytes: prefix + path.bytes) }

    /// Follows the symbolic links in a path as the system itself would.
    ///
    /// - Parameter path: An absolute path in the system.
    /// - Returns: The path without links, as far as there is something; up to the first link that is
    ///   one too many.
    func resolved(_ path: Path) -> Path {
        var rest = Array(path.bytes.split(separator: slash).reversed())
        var parts: [ArraySlice<UInt8>] = []
        var links = 0
        while let part = rest.popLast() {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8) {
                _ = parts.popLast()
                continue
            }
            parts.append(part)
            guard let target = link(at: parts) else { continue }
            // The kernel would follow this one out of the root.
            if links == Self.mostLinks { break }
            links += 1
            parts.removeLast()
            if target.first == slash { parts = [] }
            rest += target.split(separator: slash).reversed()
        }
        return Self.path(parts)
    }

    /// Follows the symbolic links in a path of a command line.
    ///
    /// - Parameter operand: A path in the system; a relative one begins at the working directory
    ///   where the system is this one, else at the root directory.
    func resolved(operand: Path) -> Path {
        if operand.bytes.first == slash { return resolved(operand) }
        let start = isThisSystem ? Path(".").canonical : nil
        return resolved((start ?? Path("/")).appending(operand))
    }

    private func link(at parts: [ArraySlice<UInt8>]) -> [UInt8]? {
        if let links { return links[Self.path(parts)] }
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = place(of: Self.path(parts)).withCString { readlink($0, &target, target.count) }
        return count > 0 ? target[..<count].map { UInt8(bitPattern: $0) } : nil
    }

    private static func path(_ parts: [ArraySlice<UInt8>]) -> Path {
        Path(bytes: [slash] + parts.joined(separator: [slash]))
    }
}

private let slash = UInt8(ascii: "/")
