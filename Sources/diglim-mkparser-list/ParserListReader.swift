import CommandLineTool
import DigestList
import FileDigests
import LinuxFiles

/// Makes the lists of one executable after another.
struct ParserListReader {
    /// The lists so far, in the order of the executables.
    private(set) var lists: [ParserList] = []
    private var indexes: [Path: Int] = [:]
    private let options: Options
    private let hasher: Hasher

    /// Begins.
    ///
    /// - Parameter options: The command line.
    /// - Throws: ``CommandError`` where there is no such hash algorithm.
    init(_ options: Options) throws(CommandError) {
        self.options = options
        do { hasher = try Hasher(options.algorithm) } catch { throw CommandError(error.text) }
    }

    /// Makes the lists of an executable, unless it has been named before.
    ///
    /// - Parameter path: The executable's path.
    /// - Returns: The executable.
    /// - Throws: ``CommandError`` where it cannot be read, or another one has the same name.
    mutating func add(_ path: Path) throws(CommandError) -> Executable {
        let executable = try Executable(path, hasher)
        for list in try ParserList.both(
            of: executable, algorithm: options.algorithm, abi: options.abi)
        {
            if let index = indexes[list.name] {
                let earlier = lists[index]
                guard earlier.bytes == list.bytes else {
                    let other = earlier.executable.path.text
                    throw CommandError("another executable than \(other), with the same name")
                }
            } else {
                indexes[list.name] = lists.count
                lists.append(list)
            }
        }
        return executable
    }
}

/// Makes the lists of all executables, which must be fit to be parsers.
///
/// - Parameters:
///   - options: The command line.
///   - messages: What tells objections and warnings.
/// - Returns: The lists, in the order of the executables.
/// - Throws: ``CommandError`` where not all of them can be made.
func parserLists(
    _ options: Options, _ messages: Messages
) throws(CommandError) -> [ParserList] {
    var reader = try ParserListReader(options)
    for path in options.executables {
        do {
            let executable = try reader.add(path)
            for objection in executable.objections {
                if options.force {
                    messages.warning(path.text, objection)
                } else {
                    messages.failure(path.text, objection)
                }
            }
            for warning in executable.warnings { messages.warning(path.text, warning) }
        } catch {
            messages.failure(path.text, error.text)
        }
    }
    if messages.hasFailures { throw CommandError("nothing has been written") }
    return reader.lists
}
