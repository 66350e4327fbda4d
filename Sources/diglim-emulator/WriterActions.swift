import Glibc
import InterfaceFileSystem
import LinuxFiles

/// The executables whose uploads have actions of their own, as on a kernel those of parsers have.
struct WriterActions {
    private struct File: Hashable {
        let device: UInt
        let inode: UInt

        init(path: String) throws(Errno) {
            var attributes = stat()
            guard stat(path, &attributes) == 0 else { throw .current }
            device = attributes.st_dev
            inode = attributes.st_ino
        }
    }

    private var actions: [File: LoadedList.Actions] = [:]

    /// Adds an executable.
    ///
    /// - Parameters:
    ///   - executable: Its path; what counts is the file that is there now.
    ///   - actions: The actions of what it uploads.
    mutating func add(
        executable: String, actions: LoadedList.Actions
    ) throws(Errno) {
        self.actions[try File(path: executable)] = actions
    }

    /// The actions of what a process uploads; `nil` where its executable has none of its own.
    func actions(ofProcess id: pid_t) -> LoadedList.Actions? {
        guard !actions.isEmpty, let file = try? File(path: "/proc/\(id)/exe") else { return nil }
        return actions[file]
    }
}
