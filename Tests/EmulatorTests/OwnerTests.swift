import BlackBox
import DigestList
import InterfaceFileSystem
import RandomNumbers
import Testing

@Suite struct OwnerTests {
    private let interface = Interface(abi: .v3, actions: .measured, deletionActions: .all)
    private let owner = TestOwner()
    private let list = compactList(.of(1, 2))

    init() { interface.owner = owner }

    private func isNamed(_ byte: UInt8, _ actions: LoadedList.Actions = []) -> Bool {
        let digest = [UInt8](repeating: byte, count: 32)
        return interface.isNamed(digest[...], .file, .sha256, byListWith: actions)
    }

    private func state(of interface: Interface) -> [String] {
        let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
        return [text(interface.counts)] + interface.loadedNames().map(text)
    }

    @Test("The owner is told of each list that comes and goes, when it has")
    func changes() throws {
        var told: [String] = []
        owner.receive = { list in
            told.append("add \(list.number) \(isNamed(1)) \(list.bytes == self.list)")
        }
        owner.lose = { list in told.append("remove \(list.number) \(isNamed(1))") }
        try interface.upload(list, .add)
        #expect(throws: InterfaceError.exists) { try interface.upload(list, .add) }
        try interface.upload(list, .delete)
        #expect(throws: InterfaceError.notFound) { try interface.upload(list, .delete) }
        try interface.upload(list, label: Array("/x/y".utf8))
        #expect(told == ["add 0 true true", "remove 0 false", "add 1 true true"])
    }

    @Test("What the owner refuses leaves no trace", arguments: [InterfaceError.noMemory, .exists])
    func refusal(error: InterfaceError) throws {
        try interface.upload(compactList(.of(2, 3)), .add)
        let before = state(of: interface)
        owner.receive = { _ throws(InterfaceError) in throw error }
        #expect(throws: error) { try interface.upload(list, .add) }
        #expect(state(of: interface) == before)
        #expect(interface.loadedLists.map(\.number) == [0])
        #expect(!isNamed(1))
        #expect(isNamed(2))
        owner.receive = { _ in }
        try interface.upload(list, .add)
        #expect(isNamed(1))
    }

    @Test("Whatever is added and deleted, a digest is named by the lists that are left")
    func naming() throws {
        var left: [[UInt8]: (digests: [UInt8], actions: LoadedList.Actions)] = [:]
        var random = SplitMix64(seed: 1)
        for _ in 0..<1000 {
            let digests = (0...random.number(below: 3)).map { _ in UInt8(random.number(below: 4)) }
            let list = compactList(ListBlock(digests.map { [UInt8](repeating: $0, count: 32) }))
            if random.one(in: 2) {
                let actions = LoadedList.Actions(rawValue: UInt8(random.number(below: 8)))
                guard left[list] == nil else { continue }
                try interface.upload(list, .add, actions: actions)
                left[list] = (digests, actions)
            } else if left.removeValue(forKey: list) != nil {
                try interface.upload(list, .delete)
            }
            let wanted = LoadedList.Actions(rawValue: UInt8(random.number(below: 8)))
            for digest in UInt8(0)..<4 {
                let expected = left.values.contains {
                    $0.digests.contains(digest) && $0.actions.isSuperset(of: wanted)
                }
                #expect(isNamed(digest, wanted) == expected)
            }
        }
        let digest = [UInt8](repeating: 1, count: 32)
        try interface.upload(compactList(.of(1)), .add)
        #expect(!interface.isNamed(digest[...], .parser, .sha256, byListWith: []))
        #expect(!interface.isNamed(digest[...], .file, .sha512, byListWith: []))
    }

    @Test("Loaded lists come in the order of their uploads, and can be restored")
    func restoring() throws {
        let labels = ["one", "some/where/else", "", "a." + String(repeating: "q", count: 253), "z"]
        for (number, label) in labels.enumerated() {
            try interface.writeLabel(Array("\(label)\0".utf8.prefix(255)))
            try interface.upload(
                compactList(.of(UInt8(number), 77)), .add,
                actions: LoadedList.Actions(rawValue: UInt8(number)))
        }
        try interface.upload(
            compactList(.of(9)), label: Array("/path/of list".utf8), actions: .appraised)
        try interface.writeLabel(Array("z\0".utf8))
        try interface.upload(compactList(.of(4, 77)), .delete)

        let loaded = interface.loadedLists
        #expect(loaded.map { $0.bytes[16] } == [0, 1, 2, 3, 9])
        #expect(loaded.map(\.actions.rawValue) == [0, 1, 2, 3, 2])
        let restored = Interface(abi: .v3, actions: .all, deletionActions: .all)
        try restored.writeLabel(Array("kept\0".utf8))
        for list in loaded {
            try restored.upload(list.bytes, label: list.label, actions: list.actions)
        }
        #expect(restored.label == Array("kept".utf8))
        #expect(state(of: restored) == state(of: interface))
        #expect(restored.loadedLists.map(\.name) == loaded.map(\.name))
        #expect(restored.loadedLists.map(\.actions) == loaded.map(\.actions))
    }

    @Test("A list's digests come with the headers of their blocks, until the owner has enough")
    func digests() throws {
        try interface.upload(compactList(.of(1, 2), .of(3, algorithm: .md5)), .add)
        let list = try #require(interface.loadedLists.first)
        var digests: [String] = []
        list.forEachDigest(abi: .v3) { digest, header in
            digests.append("\(header.algorithm) \(Set(digest)) \(digest.count)")
        }
        #expect(digests == ["sha256 [1] 32", "sha256 [2] 32", "md5 [3] 16"])
        var count = 0
        #expect(throws: InterfaceError.noMemory) {
            try list.forEachDigest(abi: .v3) { (_, _) throws(InterfaceError) in
                count += 1
                if count == 2 { throw .noMemory }
            }
        }
        #expect(count == 2)
    }
}
