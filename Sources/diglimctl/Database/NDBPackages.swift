import CommandLineTool
import Glibc
import LinuxFiles

/// The file of an ndb database that holds the headers, as far as librpm does not tell what is wrong
/// with it: it finds no packages then, and makes a database of an empty file.
enum NDBPackages {
    /// The size of a page and of a slot in it, in bytes; the first two slots are the file's header.
    private static let (pageSize, slotSize) = (4096, 16)

    /// Counts the packages that the file's slots stand for, `rpmpkg.c` of librpm.
    ///
    /// - Parameters:
    ///   - place: The directory that holds the file.
    ///   - directory: The directory that messages name.
    /// - Throws: ``CommandError`` where the file is no such one, or its slots are damaged.
    static func count(in place: Path, of directory: Path) throws(CommandError) -> Int {
        let name = DatabaseBackend.ndb.fileName
        func damage(_ text: String) -> CommandError {
            CommandError("\(directory.appending(name).text): \(text)")
        }
        let descriptor: Int32
        do { descriptor = try openRegularFile(place.appending(name)) } catch {
            throw damage(error.text)
        }
        defer { close(descriptor) }
        var page = [UInt8](repeating: 0, count: pageSize)
        func readPage(_ number: Int) -> Bool {
            pread(descriptor, &page, pageSize, off_t(number * pageSize)) == pageSize
        }
        func number(at offset: Int) -> Int {
            page[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        func isMarked(_ mark: String, at offset: Int) -> Bool {
            page[offset..<offset + 4].elementsEqual(mark.utf8)
        }
        guard readPage(0), isMarked("RpmP", at: 0) else { throw damage("not an ndb database") }
        guard number(at: 4) == 0 else {
            throw damage("an ndb database of the unknown version \(number(at: 4))")
        }
        var count = 0
        for index in 0..<number(at: 12) {
            guard readPage(index) else { throw damage("the database is cut off") }
            let first = index == 0 ? 2 * slotSize : 0
            for slot in stride(from: first, to: pageSize, by: slotSize) {
                guard isMarked("Slot", at: slot) else { throw damage("the database is damaged") }
                // The blocks that a free slot stands for begin nowhere.
                if number(at: slot + 8) != 0 { count += 1 }
            }
        }
        return count
    }
}
