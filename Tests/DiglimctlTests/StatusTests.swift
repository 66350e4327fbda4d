import BlackBox
import Foundation
import Testing

/// How the state of the kernel is judged.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct StatusTests {
    private let machine: Machine
    private var lists: TemporaryDirectory { machine.lists }
    private let names = ["a", "b", "c"].map(listName)

    init() throws {
        machine = try Machine()
        for (seed, name) in names.enumerated() {
            try lists.write(.package(seed, mutable: 2, immutable: 1), to: name)
        }
        try machine.sync()
    }

    @Test("All is well", arguments: ["v2", "v3"])
    func well(abi: String) throws {
        let machine = try Machine(abi: abi)
        try machine.lists.write(.package(1, mutable: 2, immutable: 1), to: names[0])
        try machine.sync()
        let status = try machine.status()
        #expect(status.problems == [])
        #expect(status.interface == .init(path: machine.emulator.directory, abi: abi))
        #expect(status.digests == .init(parser: 1, file: 3, metadata: 0, digestList: 2))
        #expect(status.lists?.loaded == 2)
        #expect(status.lists?.current == 2)
        #expect(status.actions == .init(seen: ["measured", "appraised"], weaker: [], ignored: []))
        #expect(
            status.parser == .init(path: machine.parser, lists: [Machine.parserList], known: true))
        #expect(status.service?.error?.hasPrefix("no system bus: ") == true)
    }

    @Test("For people") func text() throws {
        let outcome = try machine.run("status")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(outcome.output)")
        #expect(
            outcome.output.contains(
                "digests    9 of files, 0 of metadata, 1 of parsers, 4 of digest lists\n"))
        #expect(lines.contains("actions    measured, appraised"))
        #expect(
            lines.last == "verdict    all is well, as far as can be told without the service")
    }

    @Test func missing() throws {
        try lists.write(.package(7), to: listName("d"))
        let status = try machine.status()
        #expect(status.problems == ["missing"])
        #expect(status.lists?.missing == [listName("d")])
        #expect(status.lists?.current == 4)
        #expect(try machine.run("status").output.contains("\n  missing  \(listName("d"))\n"))
        try machine.sync()
        #expect(try machine.status().well)
    }

    @Test("A list that has changed, or only grown", arguments: [7, 0]) func changed(seed: Int)
        throws
    {
        try lists.write(.package(seed, mutable: 3, immutable: 1), to: names[0])
        let status = try machine.status()
        #expect(status.problems == ["changed"])
        #expect(status.lists?.changed == [names[0]])
        #expect(status.lists?.extra == [])
        try machine.sync()
        #expect(try machine.status().well)
    }

    @Test("An older version beside the one of the file") func olderVersion() throws {
        try lists.write(.package(7), to: names[0])
        try output(
            of: Program.parser.path, "--interface", machine.emulator.directory, "add", lists.path)
        let status = try machine.status()
        #expect(status.problems == ["extra"])
        #expect(status.lists?.extra == [names[0]])
    }

    @Test func extra() throws {
        try lists.remove(names[1])
        let status = try machine.status()
        #expect(status.problems == ["extra"])
        #expect(status.lists?.extra == [names[1]])
        try machine.sync()
        #expect(try machine.status().well)
    }

    @Test("A package without digests any more") func emptied() throws {
        try lists.write(HeaderWriter(of: []), to: names[1])
        #expect(try machine.status().lists?.extra == [names[1]])
        try machine.sync()
        let status = try machine.status()
        #expect(status.well)
        #expect(status.lists?.empty == 1)
    }

    @Test("What is broken now keeps what was loaded for it") func broken() throws {
        try lists.write("Nothing that a parser could read", to: names[0])
        try lists.remove(names[1])
        #expect(symlink(names[2], lists.path(names[1])) == 0)
        try lists.write(.package(9), to: listName("blank name"))
        try lists.write([1, 0], to: "0-file_list-compact-short")
        try lists.write([], to: "0-file_list-compact-empty")
        let status = try machine.status()
        #expect(status.problems == ["broken"])
        #expect(status.lists?.missing == [])
        #expect(
            status.lists?.broken == [
                .init(file: "0-file_list-compact-empty", error: "empty file"),
                .init(
                    file: "0-file_list-compact-short", error: "a block's header runs past the end"),
                .init(file: names[0], error: "not an RPM header"),
                .init(file: names[1], error: "a symbolic link, not a file"),
                .init(file: listName("blank name"), error: "no label can have this name"),
            ])
    }

    @Test("Other formats and labels are told and not judged") func others() throws {
        try lists.write("text", to: "0-file_list-tlv-foreign")
        try lists.write("text", to: "README")
        for (byte, label) in ["0-file_list-tlv-foreign", "mine"].enumerated() {
            let block = ListBlock([[UInt8](repeating: UInt8(byte) + 1, count: 32)])
            #expect(machine.emulator.add(block.bytes, label: label) == "ok")
        }
        let status = try machine.status()
        #expect(status.well)
        #expect(status.lists?.otherFormats == 1)
        #expect(status.lists?.otherLabels == 1)
        try lists.remove("0-file_list-tlv-foreign")
        #expect(try machine.status().lists?.extra == ["0-file_list-tlv-foreign"])
    }

    @Test("Only immutable digests") func immutableOnly() throws {
        try lists.write("", to: ".immutable")
        #expect(try machine.status().lists?.changed == names)
        try machine.sync()
        #expect(try machine.status().well)
    }

    @Test func noDirectory() throws {
        let outcome = try machine.run("status", "--json", "--directory", lists.path("gone"))
        #expect(outcome.status == 1)
        let status = try outcome.json(StatusResult.self)
        #expect(status.problems == ["directory"])
        #expect(status.lists?.error == "No such file or directory")
        #expect(status.lists?.extra == [])
    }

    @Test func noInterface() throws {
        let status = try machine.status(at: lists.path)
        #expect(status.problems == ["interface"])
        #expect(
            status.interface.error
                == "no DIGLIM interface at \(lists.path): "
                + "neither digest_list_label nor digest_label in the directory")
        #expect(status.interface.abi == nil)
        #expect(status.lists == nil)
        #expect(status.service != nil)
        let text = try machine.run("status", [], at: lists.path)
        #expect(text.status == 1)
        #expect(text.output.hasSuffix("\nverdict    not all is well: the interface\n"))
    }

    @Test("More than a person would read") func manyMissing() throws {
        for seed in 10..<40 { try lists.write(.package(seed), to: listName("many\(seed)")) }
        let lines = try machine.run("status").output.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("  missing  0-") } == 10)
        #expect(lines.contains("  missing  and 20 more, which --json names"))
        #expect(try machine.status().lists?.missing.count == 30)
    }
}
