import BlackBox
import Foundation
import Testing

/// Lists and the labels under which they are loaded, or are not.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct StatusLabelTests {
    private let machine: Machine
    private var lists: TemporaryDirectory { machine.lists }
    private let names = ["a", "b"].map(listName)

    init() throws { machine = try Machine() }

    /// The parser's upload for a list of one digest.
    private func upload(_ seed: Int, of name: String) -> [UInt8] {
        compactList(seed).upload(label: name)
    }

    @Test("Packages with the same digests are lists of their own") func sameDigests() throws {
        for name in names { try lists.write(.package(1), to: name) }
        #expect(try machine.status().lists?.missing == names)
        try machine.sync()
        #expect(try machine.status().well)
        #expect(try machine.status().lists?.loaded == 3)
        try lists.write(.package(2), to: names[1])
        #expect(try machine.status().lists?.changed == [names[1]])
        try lists.remove(names[0])
        #expect(try machine.status().lists?.extra == [names[0]])
        try machine.sync()
        #expect(try machine.status().problems == [])
    }

    @Test("Lists that the parser has not loaded, or an earlier version of it")
    func withoutTail() throws {
        for name in names { try lists.write(.package(1, immutable: 1), to: name) }
        let blocks = compactList(1, immutable: 1)
        for block in blocks {
            #expect(machine.emulator.add(block.bytes, label: names[0]) == "ok")
        }
        #expect(machine.emulator.add(blocks.flatMap(\.bytes), label: names[1]) == "ok")
        let status = try machine.status()
        #expect(status.problems == ["changed"])
        #expect(status.lists?.changed == names)
        #expect(status.lists?.extra == [])
        try machine.sync()
        #expect(try machine.status().well)
        // Beside the right one it is too much.
        #expect(machine.emulator.add(blocks[0].bytes, label: names[0]) == "ok")
        #expect(try machine.status().lists?.extra == [names[0]])
    }

    @Test(
        "A list under a label that somebody else wrote",
        arguments: [
            listName("b"), listName("none"), "0-file_list-tlv-x", "mine",
            "1-file_list-compact-x",
        ])
    func foreign(label: String) throws {
        for (seed, name) in names.enumerated() { try lists.write(.package(seed), to: name) }
        try machine.sync()
        let list = upload(0, of: names[0])
        #expect(machine.emulator.delete(list, label: names[0]) == "ok")
        #expect(machine.emulator.add(list, label: label) == "ok")
        let status = try machine.status()
        #expect(status.problems == ["missing", "foreign"])
        #expect(status.lists?.missing == [names[0]])
        #expect(status.lists?.foreign == [.init(label: label, file: names[0])])
        let text = try machine.run("status").output
        #expect(text.contains("\n  foreign  \(label): a list of \(names[0])\n"))
        #expect(text.contains("not all is well: 1 missing, 1 foreign\n"))
        try machine.sync()
        #expect(try machine.status().well)
    }

    @Test("A list under a foreign label, and no file that it was meant for")
    func foreignOfNone() throws {
        let list = upload(1, of: listName("none"))
        #expect(machine.emulator.add(list, label: "mine") == "ok")
        let status = try machine.status()
        #expect(status.problems == ["foreign"])
        #expect(status.lists?.foreign == [.init(label: "mine")])
        let text = try machine.run("status").output
        #expect(text.contains("\n  foreign  mine: a list of no file here\n"))
        try machine.sync()
        #expect(try machine.status().well)
    }

    @Test("A compact list that was made of an RPM digest list") func converted() throws {
        try lists.write(.package(1), to: names[0])
        let name = names[0].replacing("-rpm-", with: "-compact-")
        try Diglimctl.run("convert", "--output", lists.path, lists.path)
        try lists.remove(names[0])
        try machine.load(name)
        #expect(try machine.status().well)
        try machine.sync()
        #expect(try machine.status().lists?.loaded == 2)
        // The kernel has it only once, and sync wants it for the RPM digest list.
        try lists.write(.package(1), to: names[0])
        let status = try machine.status()
        #expect(status.problems == ["missing", "foreign"])
        #expect(status.lists?.foreign == [.init(label: name, file: names[0])])
        try machine.sync()
        #expect(try machine.status().well)
        #expect(try machine.emulator.loadedLabels().contains(names[0]))
    }

    @Test("An empty entry, and a list that is blocked by it") func emptyEntry() throws {
        try lists.write(.package(1), to: names[0])
        try machine.sync()
        let (list, other) = (upload(1, of: names[0]), upload(2, of: names[1]))
        #expect(machine.emulator.add(list, label: "mine") == "EEXIST")
        var status = try machine.status()
        #expect(status.well)
        #expect(status.lists?.emptyEntries == ["mine"])
        #expect(
            try machine.run("status").output.contains(
                "\n  empty    mine: an entry that stays until a restart\n"))
        // What is wanted under this label.
        #expect(machine.emulator.add(other, label: "mine") == "ok")
        #expect(machine.emulator.add(other, label: names[1]) == "EEXIST")
        #expect(machine.emulator.delete(other, label: "mine") == "ok")
        try lists.write(.package(3), to: names[1])
        #expect(try machine.status().lists?.missing == [names[1]])
        try lists.write(.package(2), to: names[1])
        status = try machine.status()
        #expect(status.problems == ["blocked"])
        #expect(status.lists?.blocked == [names[1]])
        #expect(status.lists?.emptyEntries == [names[1], "mine"])
        let text = try machine.run("status").output
        #expect(text.contains("\n  blocked  \(names[1]): cannot be loaded until a restart\n"))
        #expect(text.contains("not all is well: 1 blocked\n"))
        #expect(try machine.run("upload").status == 1)
    }

    @Test("Lists in parts") func parts() throws {
        let machine = try Machine("--fail-over", "5000:ENOMEM")
        for name in names {
            try machine.lists.write(.package(1, mutable: 500, immutable: 200), to: name)
        }
        try machine.sync()
        let loaded = try machine.emulator.loadedLists().filter { $0.label == names[0] }
        try #require(loaded.count > 2)
        let status = try machine.status()
        #expect(status.well)
        #expect(status.lists?.current == 3)
        // Without a tail it is no part.
        let more = ListBlock([bytes(hexadecimal: madeUpDigest(1))]).bytes
        #expect(machine.emulator.add(more, label: names[1]) == "ok")
        #expect(try machine.status().lists?.extra == [names[1]])
        #expect(machine.emulator.delete(loaded[0].bytes, label: names[0]) == "ok")
        let less = try machine.status()
        #expect(less.lists?.changed == [names[0]])
        #expect(less.lists?.missing == [])
    }

    @Test("Compact lists, which the kernel opens itself") func compact() throws {
        let name = "1-file_list-compact-mine.list"
        let list = ListBlock([[UInt8](repeating: 7, count: 32)]).bytes
        try lists.write(list, to: name)
        #expect(try machine.status().lists?.missing == [name])
        try machine.load(name)
        #expect(try machine.status().well)
        // The kernel takes a signature off.
        try lists.write(list + appended([1, 2, 3], kind: 2), to: name)
        #expect(try machine.status().well)
        try lists.write(ListBlock([[UInt8](repeating: 8, count: 32)]).bytes, to: name)
        #expect(try machine.status().lists?.changed == [name])
        try lists.remove(name)
        #expect(try machine.status().lists?.extra == [name])
    }

    @Test("Names that the kernel cuts", arguments: [120, 171, 172, 176, 177, 178, 200, 255])
    func longNames(length: Int) throws {
        var name = "1-file_list-compact-1.2."
        while name.utf8.count < length { name += name.utf8.count == 170 ? "." : "x" }
        try lists.write(ListBlock([[UInt8](repeating: 7, count: 32)]).bytes, to: name)
        try machine.load(name)
        let status = try machine.status()
        #expect(status.well)
        #expect(status.lists?.loaded == 2)
        #expect(status.actions?.seen == ["measured", "appraised"])
        let label = try #require(
            try machine.listed().map(\.label).first { $0 != Machine.parserList })
        #expect(name.hasPrefix(label))
        #expect(label == name || name.utf8.count > 177)
        #expect(try machine.queried(String(repeating: "07", count: 32)).map(\.known) == [true])
        try lists.remove(name)
        #expect(try machine.status().lists?.extra == [label])
    }

    @Test("Names longer than a label") func shortenedLabel() throws {
        let name = listName(String(repeating: "long", count: 40))
        try lists.write(.package(1), to: name)
        try machine.sync()
        #expect(try machine.status().well)
        try lists.write(.package(2), to: name)
        #expect(try machine.status().lists?.changed == [name])
    }
}
