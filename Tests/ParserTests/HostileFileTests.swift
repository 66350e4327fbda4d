import BlackBox
import Foundation
import Synchronization
import Testing

/// What can stand in a directory in the place of a digest list.
@Suite(.needs(.parser, .emulator))
struct HostileFileTests {
    private let directory: TemporaryDirectory
    private let emulator: MountedEmulator
    private let name = listName("a")
    private let next = listName("b")

    init() throws {
        directory = try TemporaryDirectory()
        emulator = try MountedEmulator()
        try directory.write(.package(2), to: next)
    }

    /// Checks that there was one failure, and that the next list is there.
    ///
    /// - Parameters:
    ///   - command: What runs the program; `nil` for the program itself.
    ///   - name: The name that failed, as it is printed.
    ///   - reason: Why.
    private func check(
        running command: [String] = [], failureOf name: String? = nil, _ reason: String
    ) throws {
        let arguments =
            command + [
                Program.parser.path, "--interface", emulator.directory, "add", directory.path,
            ]
        let run = try ParserRun(
            Command(arguments[0], Array(arguments.dropFirst())).run(atMost: 60))
        #expect(run.status == 1)
        #expect(
            run.failures == [.init(file: directory.path(name ?? self.name), reason: reason)])
        #expect(run.summary == Summary(added: 1, mutable: 1, failed: 1))
        #expect(try emulator.loadedLabels() == [next])
        #expect(try emulator.operations().count == 2)
    }

    // MARK: Files of other types

    @Test("A symbolic link, to whatever", arguments: ["good", "missing", "/dev/zero", ".", "loop"])
    func symbolicLink(target: String) throws {
        try directory.write(.package(1), to: "good")
        symlink("loop", directory.path("loop"))
        symlink(target, directory.path(name))
        try check("a symbolic link, not a file")
    }

    @Test("A FIFO that nobody writes to") func fifo() throws {
        mkfifo(directory.path(name), 0o600)
        try check("not a regular file")
    }

    @Test("A FIFO that takes a list's place between listing and opening")
    func swappedFIFO() throws {
        let names = (0..<200).map { listName("n\($0)") }
        let folder = try TemporaryDirectory(in: "/dev/shm")
        let (file, fifo) = (folder.path("file"), folder.path("fifo"))
        try folder.write(.package(1), to: "file")
        try #require(mkfifo(fifo, 0o600) == 0)
        for name in names { try folder.write(.package(1), to: name) }
        let isOver = Mutex(false)
        let paths = names.map { folder.path($0) }
        let writer = Thread {
            while !isOver.withLock({ $0 }) {
                for path in paths {
                    for source in [fifo, file] {
                        link(source, path + ".new")
                        rename(path + ".new", path)
                    }
                }
            }
        }
        writer.start()
        defer { isOver.withLock { $0 = true } }
        var failures = 0
        for _ in 0..<20 {
            let run = try emulator.run("add", folder.path, options: "--dry-run")
            #expect(run.failures.allSatisfy { $0.reason == "not a regular file" })
            failures += run.failures.count
        }
        #expect(failures > 0)
    }

    @Test("A directory") func subdirectory() throws {
        try directory.makeDirectory(name)
        try directory.write(.package(1), to: "\(name)/\(listName("c"))")
        try check("not a regular file")
    }

    @Test("A socket") func socket() throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: Array(directory.path(name).utf8))
        }
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
        }
        try #require(result == 0)
        try check("not a regular file")
    }

    @Test(
        "Devices", .needsRoot,
        arguments: [["c", "1", "5"], ["c", "1", "3"], ["c", "5", "1"], ["b", "7", "0"]])
    func device(_ type: [String]) throws {
        try output(of: "mknod", [directory.path(name)] + type)
        try check("not a regular file")
    }

    // MARK: Files that cannot be read

    @Test("A file without permission to read it")
    func unreadable() throws {
        try directory.write(.package(1), to: name)
        chmod(directory.path(name), 0)
        // What root may do all the same is a matter of capabilities.
        try check(
            running: geteuid() == 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [],
            "cannot open: Permission denied (EACCES)")
    }

    @Test("A file that the disk does not give", .needsTracing)
    func inputOutputError() throws {
        try directory.write(.package(1), to: name)
        // The first reading of all.
        let error = "read,readv,pread64:error=EIO:when=1"
        try check(
            // Without its filter, which strace's way to fail a call would run into.
            running: [
                "strace", "-o", "/dev/null", "-e", "inject=\(error)", "-e", "inject=prctl:retval=0",
            ],
            "cannot read: Input/output error (EIO)")
    }

    @Test("A file over which another one is mounted", .needsRoot)
    func mountedOver() throws {
        try directory.write(.package(1), to: name)
        let other = try directory.write(.package(2), to: "other")
        let script = "mount --bind \"$0\" \"$1\" && shift && exec \"$@\""
        try check(
            running: ["unshare", "--mount", "sh", "-c", script, other, directory.path(name)],
            "another file is mounted over it")
    }

    @Test("A file larger than any header, of which nothing is read")
    func tooLarge() throws {
        try directory.write(.package(1), to: name)
        truncate(directory.path(name), 1 << 40)
        try check("cannot read: File too large (EFBIG)")
    }

    @Test("A file that shrinks while it is read, over and over", .timeLimit(.minutes(2)))
    func shrinking() throws {
        let header = HeaderWriter.package(1, mutable: 3000)
        let path = try directory.write(header, to: name)
        let whole = header.bytes()
        let isOver = Mutex(false)
        let writer = Thread { shrinkAndGrow(path, whole) { isOver.withLock { $0 } } }
        writer.start()
        defer { isOver.withLock { $0 = true } }
        let digests = (0..<3000).map { bytes(hexadecimal: madeUpDigest(1, $0)) }
        let compact = [ListBlock(digests)].upload(label: name)
        var failures = 0
        for _ in 0..<40 {
            let run = try emulator.run("add", directory.path)
            #expect(run.failures.allSatisfy { $0.file == path })
            #expect(run.failures.count <= 1)
            #expect(run.summary?.added == 2 - run.failures.count)
            let loaded = try emulator.loadedLists()
            #expect(loaded.contains { $0.label == next })
            for list in loaded where list.label == name { #expect(list.bytes == compact) }
            failures += run.failures.count
            #expect(try emulator.run("del", directory.path).status == 0)
        }
        #expect(failures > 0)
    }

    // MARK: Names

    @Test(
        "Names with what the kernel refuses in a label",
        arguments: [
            ("a b", "a b"), (" ", " "), ("a\tb", "a\\x09b"), ("a\nb", "a\\x0ab"),
            ("a\u{1b}[31mb", "a\\x1b[31mb"), ("a\u{7f}b", "a\\x7fb"), ("\u{e0}", "\\xc3\\xa0"),
            ("\u{a0}", "\\xc2\\xa0"), ("a\rb", "a\\x0db"), ("a\u{1}", "a\\x01"),
        ])
    func refusedNames(_ name: String, printed: String) throws {
        let prefix = "0-file_list-rpm-"
        try directory.write(.package(1), to: prefix + name)
        try check(
            failureOf: prefix + printed,
            "the name has a character that the kernel refuses in a label")
    }

    @Test(
        "Names that look odd but that the kernel takes",
        arguments: ["a\\b", "a\u{e4}b", "~", "%s%n", "a.ascii", "a:b", "$(reboot)", "'", "*", "--"])
    func oddNames(_ name: String) throws {
        let name = "0-file_list-rpm-" + name
        try directory.write(.package(1), to: name)
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0)
        #expect(try Set(emulator.loadedLabels()) == [name, next])
        #expect(try emulator.run("del", directory.path).summary == Summary(deleted: 2))
        #expect(try emulator.loadedNames() == [])
    }

    @Test("The longest names are shortened to labels of their own", arguments: [113, 114, 255])
    func longNames(length: Int) throws {
        let prefix = "0-file_list-rpm-"
        let names = (0..<10).map { number in
            prefix + String(repeating: "n", count: length - prefix.count - 1) + "\(number)"
        }
        for (seed, name) in names.enumerated() {
            try directory.write(.package(100 + seed), to: name)
        }
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0)
        #expect(run.summary?.added == 11)
        let labels = try emulator.loadedLabels().filter { $0 != next }
        #expect(Set(labels).count == 10)
        #expect(labels.allSatisfy { $0.utf8.count == 113 })
        if length == 113 { #expect(labels.sorted() == names) }
        #expect(try emulator.run("add", directory.path).summary?.alreadyLoaded == 11)
        // The kernel, too, made two files for each.
        #expect(try emulator.loadedNames().count == 22)
    }
}

/// Cuts a file off at some place and writes it again, until it is told that it is enough.
private func shrinkAndGrow(_ path: String, _ whole: [UInt8], until isOver: () -> Bool) {
    let file = open(path, O_WRONLY)
    defer { close(file) }
    var length = 0
    while !isOver() {
        // Not evenly, so that in time every place has its turn.
        length = (length + 65_521) % whole.count
        ftruncate(file, length)
        pwrite(file, whole, whole.count, 0)
    }
}
