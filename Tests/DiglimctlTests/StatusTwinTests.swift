import BlackBox
import Foundation
import Testing

/// Lists that are loaded, but not as one list under their own label.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct StatusTwinTests {
    private let machine: Machine
    private var lists: TemporaryDirectory { machine.lists }
    private let names = ["a", "b"].map(listName)

    init() throws { machine = try Machine() }

    @Test("A list that is loaded under another label is not missing") func twins() throws {
        try lists.write(.package(1), to: names[0])
        try machine.sync()
        try lists.write(.package(1), to: names[1])
        for _ in 0..<2 {
            let status = try machine.status()
            #expect(status.well)
            #expect(status.lists?.twins == 1)
            #expect(status.lists?.current == 3)
            try machine.sync()
        }
        // Its digests are wanted, whatever label they are under.
        try lists.remove(names[0])
        #expect(try machine.status().well)
        try machine.sync()
        #expect(try machine.status().well)
        try lists.remove(names[1])
        #expect(try machine.status().lists?.extra == [names[0]])
    }

    @Test("A twin that changes") func changedTwin() throws {
        for name in names { try lists.write(.package(1), to: name) }
        try machine.sync()
        try lists.write(.package(2), to: names[1])
        #expect(try machine.status().lists?.missing == [names[1]])
        try lists.write(.package(2), to: names[0])
        #expect(try machine.status().lists?.changed == [names[0]])
        try machine.sync()
        #expect(try machine.status().problems == [])
    }

    @Test("An empty entry of a list that is gone") func leftOver() throws {
        for name in names { try lists.write(.package(1), to: name) }
        try machine.sync()
        let list = try #require(
            try machine.emulator.loadedLists().first { $0.label == names[0] })
        #expect(machine.emulator.delete(list.bytes, label: names[0]) == "ok")
        let status = try machine.status()
        #expect(status.problems == ["missing"])
        #expect(status.lists?.missing == names)
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
        #expect(status.lists?.twins == 1)
        #expect(machine.emulator.delete(loaded[0].bytes, label: names[0]) == "ok")
        let less = try machine.status()
        #expect(less.lists?.changed == [names[0]])
        #expect(less.lists?.missing == [names[1]])
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
