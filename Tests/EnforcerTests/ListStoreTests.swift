import BlackBox
import CommandLineTool
import Foundation
import InterfaceFileSystem
import Testing

@testable import diglim_enforcer

/// What is kept for the next enforcer.
struct ListStoreTests {
    private let directory: TemporaryDirectory
    private let messages = Messages(of: "test")

    init() throws { directory = try TemporaryDirectory() }

    private func store() throws -> ListStore { try ListStore(in: Path(directory.path("store"))) }

    /// Lists as an interface loads them.
    private func loaded(_ labels: [String]) throws -> [InterfaceFileSystem.LoadedList] {
        let interface = Interface(abi: .v3, actions: .appraised, deletionActions: .all)
        for (number, label) in labels.enumerated() {
            let list = ListBlock([[UInt8](repeating: UInt8(number), count: 32)]).bytes
            try interface.upload(
                list, label: Array(label.utf8), actions: number % 2 == 0 ? .appraised : [])
        }
        return interface.loadedLists
    }

    @Test("Lists come out once, in their order, with all that is known of them")
    func lists() throws {
        let store = try store()
        let lists = try loaded((0..<12).map { "0-file_list-compact-\($0)" } + ["/path/x", ""])
        for list in lists { try store.add(list) }
        store.remove(lists[3])
        let kept = lists[..<3] + lists[4...]
        let found = store.lists(messages)
        #expect(found.map(\.label) == kept.map(\.label))
        #expect(found.map(\.bytes) == kept.map(\.bytes))
        #expect(found.map(\.actions) == kept.map(\.actions))
        #expect(found.map(\.number) == kept.map(\.number))
        #expect(store.lists(messages).isEmpty)
        #expect(messages.failures.isEmpty)
    }

    @Test("Files that are none are told, and do not hide the others")
    func damaged() throws {
        let store = try store()
        let list = try #require(try loaded(["x"]).first)
        try store.add(list)
        let good = try directory.bytes(of: "store/lists/0")
        let damaged: [[UInt8]] = [
            [], [2], Array(good.prefix(4)), [2, 0xff, 0xff, 0xff, 0xff],
            [2, UInt8(good.count - 4), 0, 0, 0] + good.dropFirst(5),
        ]
        for (number, bytes) in damaged.enumerated() {
            try directory.write(bytes, to: "store/lists/\(number + 1)")
        }
        symlink(directory.path("store/lists/0"), directory.path("store/lists/6"))
        try directory.makeDirectory("store/lists/7")
        try directory.write("", to: "store/lists/other")
        try directory.write(good, to: "store/lists/8")
        let found = store.lists(messages)
        #expect(found.map(\.number) == [0, 8])
        #expect(found.allSatisfy { $0.bytes == list.bytes && $0.label == list.label })
        #expect(messages.failures.count == 7)
        #expect(messages.failures.prefix(5).allSatisfy { $0.error == "it is cut off" })
    }

    @Test("Actions that are none are left out")
    func actions() throws {
        let store = try store()
        try store.add(try #require(try loaded(["x"]).first))
        var bytes = try directory.bytes(of: "store/lists/0")
        bytes[0] = 0xff
        try directory.write(bytes, to: "store/lists/0")
        #expect(store.lists(messages).map(\.actions) == [.all])
    }

    @Test("Two enforcers do not have it at the same time")
    func lock() throws {
        let store = try store()
        let path = directory.path("store/lock")
        do {
            _ = try self.store()
            Issue.record("two at the same time")
        } catch let error as CommandLineTool.CommandError {
            #expect(error.text == "another enforcer runs: it holds \(path)")
        }
        store.removeAll()
    }

    @Test("Nobody else can read it")
    func permissions() throws {
        let store = try store()
        try store.add(try #require(try loaded(["x"]).first))
        for (name, mode) in [("", 0o700), ("/lists", 0o700), ("/lists/0", 0o600), ("/lock", 0o600)]
        {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: directory.path("store\(name)"))
            #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
        }
    }
}
