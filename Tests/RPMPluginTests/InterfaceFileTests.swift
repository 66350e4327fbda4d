import BlackBox
import Foundation
import Testing

/// Where the interface is, on a machine that has a file that says so.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator), .needsMachineFiles)
struct InterfaceFileTests {
    private let system: ScratchSystem
    private let etc: TemporaryDirectory

    init() throws {
        system = try ScratchSystem()
        etc = try TemporaryDirectory()
        try etc.makeDirectory("diglim")
    }

    private func rpm(_ arguments: String...) throws -> Outcome {
        try system.command(["--dbpath", system.directory.path("db")] + arguments)
            .finding(etc.path).run()
    }

    private func write(_ text: String) throws { try etc.write(text, to: "diglim/interface") }

    @Test("Lists come and go through the interface that it names")
    func found() throws {
        let package = try system.package("alpha")
        system.macros["_digest_list_interface"] = nil
        try write(system.emulator.directory + "\n")
        let outcome = try rpm("-i", package.path)
        #expect(outcome.status == 0)
        #expect(outcome.warnings == [])
        try system.expect(package)
        #expect(try rpm("-e", "alpha").status == 0)
        try system.expect()
    }

    @Test("The macro wins, also over a file that is broken", arguments: ["/nowhere\n", "broken"])
    func macro(text: String) throws {
        let package = try system.package("alpha")
        try write(text)
        let outcome = try rpm("-i", package.path)
        #expect(outcome.warnings == [])
        try system.expect(package)
    }

    @Test(
        "A file that makes no sense is told, and the package is installed",
        arguments: [
            ("", 1, "empty; it should have the path of a directory"),
            ("run/diglim\n", 1, "not an absolute path"), ("/run\n", 2, "more than one line"),
            ("/directory", 410, "too long for a path"),
        ])
    func broken(text: String, count: Int, reason: String) throws {
        let package = try system.package("alpha")
        system.macros["_digest_list_interface"] = nil
        try write(String(repeating: text, count: count))
        let outcome = try rpm("-i", package.path)
        #expect(outcome.status == 0)
        #expect(outcome.warnings == ["/etc/diglim/interface: \(reason)"])
        #expect(try system.lists == [package.listName])
        #expect(try system.emulator.operations().isEmpty)
    }

    @Test("One that cannot be read is told")
    func unreadable() throws {
        system.macros["_digest_list_interface"] = nil
        try etc.makeDirectory("diglim/interface")
        let outcome = try rpm("-i", try system.package("alpha").path)
        #expect(
            outcome.warnings == ["/etc/diglim/interface: cannot be read: Is a directory"])
    }

    @Test("Another root has nothing to do with it", .needsRoot)
    func otherRoot() throws {
        system.macros["_digest_list_interface"] = nil
        system.macros["_digest_list_dir"] = nil
        try write("broken")
        let root = try TemporaryDirectory()
        let package = try system.package("alpha")
        let outcome = try system.command([
            "--root", root.path, "--dbpath", "/var/lib/rpm", "-i", package.path,
        ]).finding(etc.path).run()
        #expect(outcome.status == 0)
        #expect(outcome.warnings == [])
        #expect(try root.names(in: "etc/digest_lists") == [package.listName])
    }
}
