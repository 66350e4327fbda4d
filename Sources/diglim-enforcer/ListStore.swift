import CommandLineTool
import DigestList
import Glibc
import InterfaceFileSystem
import LinuxFiles

/// The lists that are loaded, in files for the next enforcer.
///
/// What is in them is verified once more: they are no more than a copy of what somebody uploaded.
struct ListStore {
    /// A list that was loaded.
    struct List {
        let number: UInt64
        let label: [UInt8]
        let actions: LoadedList.Actions
        let bytes: [UInt8]
    }

    /// Where they are: gone with the next boot.
    static let root = Path("/run/diglim-enforcer")

    private let directory: Path
    private let lock: Int32

    /// Opens the store, which is one enforcer's at a time.
    ///
    /// - Parameter root: Where it is.
    /// - Throws: ``CommandError`` where another enforcer has it.
    init(in root: Path = Self.root) throws(CommandError) {
        directory = root.appending("lists")
        for path in [root, directory] {
            guard path.withCString({ mkdir($0, 0o700) }) == 0 || Errno.current == .exists else {
                throw CommandError("\(path.text): \(Errno.current.text)")
            }
        }
        let path = root.appending("lock")
        lock = path.withCString { open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        guard lock >= 0 else { throw CommandError("\(path.text): \(Errno.current.text)") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw CommandError("another enforcer runs: it holds \(path.text)")
        }
    }

    /// Adds a list.
    func add(_ list: LoadedList) throws(InterfaceError) {
        let path = path(of: list.number)
        let size = UInt32(list.label.count)
        let header =
            [list.actions.rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) }
        do {
            let file = try systemCall {
                path.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
            }
            defer { close(file) }
            try writeAll(header + list.label + list.bytes, to: file)
        } catch {
            _ = path.withCString { unlink($0) }
            throw .system(error)
        }
    }

    /// Removes a list.
    func remove(_ list: LoadedList) { _ = path(of: list.number).withCString { unlink($0) } }

    /// Removes all.
    func removeAll() {
        for name in (try? entries(of: directory)) ?? [] {
            _ = directory.appending(name).withCString { unlink($0) }
        }
    }

    /// Takes all lists out, in the order in which they were loaded.
    ///
    /// - Parameter messages: What tells of files that cannot be read.
    func lists(_ messages: Messages) -> [List] {
        let numbers = ((try? entries(of: directory)) ?? []).compactMap { UInt64($0.text) }
        let lists = numbers.sorted().compactMap { number -> List? in
            do throws(CommandError) { return try list(number) } catch {
                messages.failure(path(of: number).text, error.text)
                return nil
            }
        }
        // They get new numbers.
        removeAll()
        return lists
    }

    private func list(_ number: UInt64) throws(CommandError) -> List {
        let file = try openRegularFile(path(of: number), followsLink: false)
        defer { close(file) }
        let content = try readAll(file, limit: Interface.maximumListSize)
        let headerSize = 5
        guard content.count >= headerSize else { throw CommandError("it is cut off") }
        let size = (0..<4).reduce(0) { $0 | Int(content[1 + $1]) << ($1 * 8) }
        guard size <= content.count - headerSize else { throw CommandError("it is cut off") }
        return List(
            number: number, label: Array(content[headerSize..<headerSize + size]),
            actions: LoadedList.Actions(rawValue: content[0]).intersection(.all),
            bytes: Array(content[(headerSize + size)...]))
    }

    private func path(of number: UInt64) -> Path { directory.appending("\(number)") }
}
