import CommandLineTool
import Glibc
import LinuxFiles

/// Reads paths from a file, one after another.
final class PathReader {
    private let name: String
    private let stream: UnsafeMutablePointer<FILE>
    private let delimiter: UInt8
    private var line: UnsafeMutablePointer<CChar>?
    private var capacity = 0

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - file: The file's path; `-` stands for standard input.
    ///   - delimiter: The byte that ends each path.
    /// - Throws: ``CommandError`` where the file cannot be opened.
    init(_ file: Path, delimiter: UInt8) throws(CommandError) {
        let isStandardInput = file == Path("-")
        name = isStandardInput ? "standard input" : file.text
        let stream =
            isStandardInput ? fdopen(STDIN_FILENO, "r") : file.withCString { fopen($0, "re") }
        guard let stream else { throw CommandError("\(name): \(Errno.current.text)") }
        self.stream = stream
        self.delimiter = delimiter
    }

    deinit {
        free(line)
        fclose(stream)
    }

    /// The next path that is not empty; `nil` at the file's end.
    ///
    /// - Throws: ``CommandError`` where the file cannot be read, or a path has a NUL.
    func next() throws(CommandError) -> Path? {
        while true {
            let length = getdelim(&line, &capacity, Int32(delimiter), stream)
            guard length >= 0, let line else {
                if ferror(stream) != 0 { throw CommandError("\(name): \(Errno.current.text)") }
                return nil
            }
            var bytes = UnsafeRawBufferPointer(start: line, count: length)[...]
            if bytes.last == delimiter { bytes.removeLast() }
            guard !bytes.contains(0) else {
                throw CommandError("\(name): a path with a NUL in it; is --null missing?")
            }
            if !bytes.isEmpty { return Path(bytes: Array(bytes)) }
        }
    }
}
