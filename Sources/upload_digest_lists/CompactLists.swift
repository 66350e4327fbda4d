import CLinux
import DigestList
import KernelInterface
import LinuxFiles
import StaticProgram

/// One run that has the kernel read the compact lists of a directory.
///
/// The kernel refuses a list that it has, and says so in its log. So it is given only those whose
/// bytes are not what it has under their names.
struct CompactLists: ~Copyable {
    private let directory: Directory
    private let log: Log
    private let interface: Interface
    private var addition: ListAddition
    private var loaded: LoadedLists

    /// Finds out what is loaded.
    ///
    /// - Parameters:
    ///   - options: What the command line asks for.
    ///   - log: Where messages go.
    /// - Throws: ``InterfaceError`` where there is no interface.
    init(_ options: Options, log: Log) throws(InterfaceError) {
        let interface = try Interface(path: options.interface)
        let addition = try ListAddition(to: options.interface, waiting: options.wait)
        loaded = try LoadedLists(of: interface)
        self.interface = interface
        self.addition = addition
        directory = Directory(options.directory)
        self.log = log
    }

    /// Has the kernel read what it does not have; what fails is told, and does not stop the rest.
    ///
    /// - Returns: The program's exit status.
    mutating func run() -> Int32 {
        var names = NameList()
        do throws(Errno) { names = try directory.names() } catch {
            var message = Message("cannot read ", directory.path)
            message.add(": ")
            message.add(Message(error))
            log.write(message, .error)
            return ExitStatus.failure
        }
        var status = ExitStatus.success
        for index in 0..<names.count {
            do throws(CompactListFailure) { try bring(names[index]) } catch {
                var message = Message("", directory.path(of: names[index]))
                message.add(": ")
                message.add(Message(error.reason))
                if let errno = error.errno {
                    message.add(": ")
                    message.add(Message(errno))
                }
                log.write(message, .error)
                status = ExitStatus.failure
            }
        }
        return status
    }

    private mutating func bring(_ name: UnsafePointer<CChar>) throws(CompactListFailure) {
        let path = directory.path(of: name)
        let list: CompactListFile
        do throws(Errno) { list = try CompactListFile(path) } catch {
            // Somebody has taken it away since the directory was read; or a link leads nowhere.
            var status = stat()
            if error == .noEntry, lstat(path, &status) != 0 { return }
            throw CompactListFailure("cannot read it", error)
        }
        if list.isLoaded(in: loaded, as: name) { return }
        guard LoadedName.fits(name) else {
            throw CompactListFailure("the kernel cannot keep so long a name")
        }
        do throws(CompactListFailure) { try addition.add(path) } catch {
            guard error.errno == .exists else { throw error }
            // Perhaps somebody else was faster.
            if let now = try? LoadedLists(of: interface) { loaded = now }
            if list.isLoaded(in: loaded, as: name) { return }
            throw CompactListFailure(
                "the kernel has it under another name, or keeps an empty entry of it", .exists)
        }
    }
}

/// Why the kernel does not have a compact list.
struct CompactListFailure: Error {
    /// What failed, in words.
    let reason: StaticString
    /// The error of the system call that failed; `nil` where none did.
    let errno: Errno?

    init(_ reason: StaticString, _ errno: Errno? = nil) {
        self.reason = reason
        self.errno = errno
    }
}
