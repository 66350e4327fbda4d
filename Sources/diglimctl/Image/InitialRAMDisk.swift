import CommandLineTool
import Glibc

/// The file of an initial ram disk: archives behind each other, each of them compressed or not, as
/// an early one with microcode is in front of the others.
struct InitialRAMDisk {
    private let file: Path

    /// Takes a file.
    ///
    /// - Parameter file: The file's path.
    init(_ file: Path) { self.file = file }

    /// Goes through all entries; what comes later takes the place of what had the same path.
    ///
    /// - Parameter body: What to do with an entry.
    /// - Throws: ``CommandError`` where the file cannot be read to its end, or what the body throws.
    func readEntries(_ body: (CPIOEntry) -> Void) throws(CommandError) {
        do throws(CommandError) {
            let descriptor = try openRegularFile(file)
            defer { close(descriptor) }
            var place = 0
            while let start = next(from: place, in: descriptor) {
                place = try read(descriptor, from: start, body)
                guard place > start else { throw CommandError("damaged") }
            }
            if place == 0 { throw CommandError("an empty file") }
        } catch {
            throw CommandError("\(file.text): \(error.text)")
        }
    }

    /// Reads a part.
    ///
    /// - Returns: Where it ends.
    private func read(
        _ descriptor: Int32, from start: Int, _ body: (CPIOEntry) -> Void
    ) throws(CommandError) -> Int {
        let stream = try ImageStream(descriptor, from: start)
        var reader = CPIOReader(stream)
        while let entries = try reader.next() { for entry in entries { body(entry) } }
        guard stream.position > 0 else {
            throw CommandError("neither a cpio archive nor compressed")
        }
        if stream.isCompressed, try stream.peek() != nil {
            throw CommandError("something else than a cpio archive is behind one")
        }
        return stream.end
    }

    /// The first place in the file that has no NUL; `nil` at its end.
    private func next(from start: Int, in descriptor: Int32) -> Int? {
        var (place, bytes) = (start, [UInt8](repeating: 0, count: 1 << 12))
        while true {
            let count = pread(descriptor, &bytes, bytes.count, off_t(place))
            guard count > 0 else { return nil }
            if let index = bytes[..<count].firstIndex(where: { $0 != 0 }) { return place + index }
            place += count
        }
    }
}
