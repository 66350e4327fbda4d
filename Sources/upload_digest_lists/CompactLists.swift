import CLinux
import DigestList
import KernelInterface
import LinuxFiles
import StaticProgram

/// One run that has the kernel read the compact lists of a directory, perhaps in the place of those
/// of another.
///
/// The kernel refuses a list that it has, and says so in its log. So it is given only those whose
/// bytes are not what it has under their names.
struct CompactLists: ~Copyable {
    private let directory: Directory
    /// The directory whose lists are to go; `nil` where none are.
    private let old: Directory?
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
        old = options.old.map { Directory($0) }
        self.log = log
    }

    /// Has the kernel read what it does not have, and only then, if nothing has failed, delete what
    /// is old; what fails is told, and does not stop the rest.
    ///
    /// - Returns: The program's exit status.
    mutating func run() -> Int32 {
        let status = forEach(in: directory) { (lists, name) throws(CompactListFailure) in
            try lists.bring(name)
        }
        guard let old else { return status }
        guard status == ExitStatus.success else {
            var message = Message("the lists of ", old.path)
            message.add(" stay, as not all new ones are loaded")
            log.write(message, .error)
            return status
        }
        return forEach(in: old) { (lists, name) throws(CompactListFailure) in
            try lists.delete(name, of: old)
        }
    }

    private mutating func forEach(
        in directory: Directory,
        _ body: (inout CompactLists, UnsafePointer<CChar>) throws(CompactListFailure) -> Void
    ) -> Int32 {
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
            do throws(CompactListFailure) { try body(&self, names[index]) } catch {
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

    /// Reads a list.
    ///
    /// - Returns: `nil` where it has been taken away since the directory was read.
    private func read(_ path: [CChar]) throws(CompactListFailure) -> CompactListFile? {
        do throws(Errno) { return try CompactListFile(path) } catch {
            // A link may lead nowhere.
            var status = stat()
            if error == .noEntry, lstat(path, &status) != 0 { return nil }
            throw CompactListFailure("cannot read it", error)
        }
    }

    /// Deletes a list of the old directory that the kernel has, if it is none of the new one.
    private mutating func delete(
        _ name: UnsafePointer<CChar>, of old: Directory
    ) throws(CompactListFailure) {
        let path = old.path(of: name)
        guard let list = try read(path), list.isLoaded(in: loaded, as: name) else { return }
        if let new = try read(directory.path(of: name)), new.isSame(as: list) { return }
        do throws(CompactListFailure) { try addition.delete(path) } catch {
            // Perhaps somebody else was faster.
            guard error.errno == .noEntry, let now = try? LoadedLists(of: interface),
                !list.isLoaded(in: now, as: name)
            else { throw error }
        }
    }

    private mutating func bring(_ name: UnsafePointer<CChar>) throws(CompactListFailure) {
        let path = directory.path(of: name)
        guard let list = try read(path) else { return }
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
