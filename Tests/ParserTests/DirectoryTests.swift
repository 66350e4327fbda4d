import BlackBox
import Foundation
import Testing

/// What of a directory is taken, and by which paths.
@Suite(.needs(.parser, .emulator))
struct DirectoryTests {
    private let directory: TemporaryDirectory
    private let emulator: MountedEmulator

    init() throws {
        directory = try TemporaryDirectory()
        emulator = try MountedEmulator()
    }

    @Test("With .immutable, only immutable digests go up")
    func immutable() throws {
        try directory.write(.package(1, mutable: 2, immutable: 3), to: listName("both"))
        try directory.write(.package(2, mutable: 2), to: listName("mutable"))
        try directory.write(.package(3, mutable: 0, immutable: 1), to: listName("rest"))
        try directory.write("", to: ".immutable")
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0)
        #expect(run.summary == Summary(added: 2, immutable: 4, empty: 1))
        let loaded = try emulator.loadedLists()
        #expect(loaded.map(\.label) == [listName("both"), listName("rest")])
        #expect(try loaded.map { try $0.blocks.map(\.modifiers) } == [[1], [1]])
        #expect(try loaded.map { try $0.blocks.map(\.digests.count) } == [[3], [1]])
    }

    @Test("Subdirectories are not entered")
    func subdirectories() throws {
        try directory.makeDirectory("more")
        try directory.write(.package(1), to: "more/\(listName("deep"))")
        try directory.makeDirectory("more/.immutable")
        try directory.write(.package(2), to: listName("top"))
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0)
        #expect(run.summary == Summary(added: 1, mutable: 1))
        #expect(try emulator.loadedLabels() == [listName("top")])
    }

    @Test("Files that no digest list of format rpm is called like are passed over")
    func otherNames() throws {
        for name in [
            "0-file_list-compact-a", "0-parser_list-compact-rpm_parser", "0-file_list-deb-a",
            "0-file_list-rpmx-a", "0-file_list-xrpm-a", "0-file_list-RPM-a", "0-file_list-rpm-",
            "0-file_list-rpm", "-file_list-rpm-a", "x-file_list-rpm-a", "0x-file_list-rpm-a",
            "file_list-rpm-a", "0-key_list-rpm-a", "0-file-rpm-a", "0-file_lists-rpm-a",
            "0--rpm-a", "README", ".hidden", "+1-file_list-rpm-a",
        ] {
            try directory.write([0], to: name)
        }
        try directory.write(.package(1), to: listName("real"))
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0)
        #expect(run.failures == [])
        #expect(run.summary == Summary(added: 1, mutable: 1))
        let removal = try emulator.run("del", directory.path)
        #expect(removal.summary == Summary(deleted: 1))
    }

    @Test("Lists go up by position as a number, then by the bytes of their names")
    func order() throws {
        let names = [
            "0-file_list-rpm-B", "0-file_list-rpm-a", "00-file_list-rpm-a", "1-file_list-rpm-z",
            "1-metadata_list-rpm-a", "1-parser_list-rpm-a", "002-file_list-rpm-a",
            "2-file_list-rpm-a", "10-file_list-rpm-a", "10-file_list-rpm-a-b",
            "10-file_list-rpm-a.b", "18446744073709551616-file_list-rpm-a",
            "18446744073709551617-file_list-rpm-a",
        ]
        for (seed, name) in names.enumerated().shuffled() {
            try directory.write(.package(seed), to: name)
        }
        #expect(try emulator.run("add", directory.path).status == 0)
        #expect(try emulator.added().map(\.label) == names)
    }

    @Test("An empty directory is no failure")
    func emptyDirectory() throws {
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 0)
        #expect(run.summary == Summary())
        #expect(try emulator.run("del", directory.path).summary == Summary())
    }
}

/// The paths by which lists are named.
@Suite(.needs(.parser, .emulator))
struct PathTests {
    private let directory: TemporaryDirectory
    private let emulator: MountedEmulator
    private let names = ["a", "b"].map { listName($0) }

    init() throws {
        directory = try TemporaryDirectory()
        emulator = try MountedEmulator()
        try directory.makeDirectory("lists")
        for (seed, name) in names.enumerated() {
            try directory.write(.package(seed), to: "lists/\(name)")
        }
        symlink("lists", directory.path("link"))
    }

    /// Adds what paths name, sees what is there, and deletes it by the same paths.
    private func check(_ paths: String..., load names: [String]) throws {
        for (operation, expected) in [("add", names), ("del", [])] {
            var command = Command(
                Program.parser.path, ["--interface", emulator.directory, operation] + paths)
            command.workingDirectory = directory.path
            let run = try ParserRun(command.run())
            #expect(run.status == 0, "\(run.outcome.errors)")
            #expect(try emulator.loadedLabels() == expected)
        }
    }

    @Test("A list") func oneList() throws {
        try check(directory.path("lists/\(names[1])"), load: [names[1]])
        try check("lists/\(names[0])", load: [names[0]])
        try check("link//\(names[0])", load: [names[0]])
    }

    @Test("Several lists, in the order given") func severalLists() throws {
        try check("lists/\(names[1])", "lists/\(names[0])", load: names)
        #expect(try emulator.added().map(\.label) == names.reversed())
    }

    @Test("Directories and lists") func both() throws {
        try directory.write(.package(7), to: listName("other"))
        try check(listName("other"), "lists", load: names + [listName("other")])
    }

    @Test(
        "A directory",
        arguments: ["lists", "lists/", "lists//", "./lists", "link", "link/", "link/../lists/."])
    func oneDirectory(_ path: String) throws { try check(path, load: names) }

    @Test("The working directory") func workingDirectory() throws {
        try directory.write(.package(7), to: listName("other"))
        try check(".", load: [listName("other")])
        try check("./\(listName("other"))", load: [listName("other")])
        try check(listName("other"), load: [listName("other")])
    }

    @Test("A directory twice: the second time all is loaded") func twice() throws {
        let run = try emulator.run("add", directory.path("lists"), directory.path("link"))
        #expect(run.status == 0)
        #expect(run.summary == Summary(added: 2, mutable: 2, alreadyLoaded: 2))
    }

    @Test("A path that begins with a hyphen, behind two of them") func hyphens() throws {
        try directory.makeDirectory("-lists")
        try directory.write(.package(7), to: "-lists/\(listName("other"))")
        try check("--", "-lists", load: [listName("other")])
    }

    @Test(
        "A path that is neither is a failure, and the next one is processed",
        arguments: ["missing", "", "lists/missing/x", "lists/\(listName("a"))/", "/dev/null"])
    func neither(_ path: String) throws {
        for operation in ["add", "del"] {
            var command = Command(
                Program.parser.path,
                ["--interface", emulator.directory, operation, path, "lists"])
            command.workingDirectory = directory.path
            let run = try ParserRun(command.run())
            #expect(run.status == 1)
            #expect(run.failures.map(\.file) == [path])
            #expect(run.summary?.failed == 1)
            #expect(run.summary?.added == (operation == "add" ? 2 : 0))
            #expect(run.summary?.deleted == (operation == "del" ? 2 : 0))
        }
    }

    @Test("Nothing on procfs is a list: there the kernel does not see what is read")
    func procfs() throws {
        let path = "/proc/\(listName("a"))"
        let run = try emulator.run("add", path, directory.path("lists"))
        #expect(run.status == 1)
        #expect(
            run.failures == [
                .init(
                    file: path,
                    reason: "on procfs or securityfs, where IMA does not see what is read")
            ])
        #expect(run.summary?.added == 2)
    }
}
