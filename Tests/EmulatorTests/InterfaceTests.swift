import BlackBox
import DigestList
import RandomNumbers
import Testing

@testable import InterfaceFileSystem

@Suite struct InterfaceTests {
    private var interface = Interface(abi: .v3, actions: .measured, deletionActions: .measured)
    private let list = compactList(.of(1, 2))

    private var digest: String { sha256(list) }

    private func names() -> [String] {
        interface.loadedNames().map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func label(_ label: String) throws {
        try interface.writeLabel(Array(label.utf8))
    }

    private func content(_ label: String) -> [UInt8]? {
        interface.directory[Array("sha256-\(digest)-\(label)".utf8)]
            .map { interface.content(of: $0) }
    }

    // MARK: Labels

    @Test("A label counts for one operation, and `parser` is what there is without")
    mutating func labelIsUsedUp() throws {
        try label("one\0")
        try interface.upload(list, .add)
        #expect(names() == ["sha256-\(digest)-one", "sha256-\(digest)-one.ascii"])
        #expect(interface.nextLabel == Array("parser".utf8))
    }

    @Test("A label without NUL keeps the end of the older one")
    mutating func labelWithoutEnd() throws {
        try label("label-one")
        try label("xy")
        #expect(interface.label == Array("xybel-one".utf8))
        try label("\0")
        #expect(interface.label == nil)
    }

    @Test("A refused byte empties the label, a refused length does not")
    mutating func refusedLabels() throws {
        try label("kept\0")
        #expect(throws: InterfaceError.invalid) {
            try interface.writeLabel([UInt8](repeating: 0x61, count: 256))
        }
        #expect(interface.label == Array("kept".utf8))
        for byte: UInt8 in [1, 9, 10, 0x20, 0x7f, 0x80, 0xa0] {
            #expect(throws: InterfaceError.invalid) { try interface.writeLabel([0x61, byte]) }
            #expect(interface.label == nil)
        }
        try interface.writeLabel([UInt8](repeating: 0xa1, count: 255))
        #expect(interface.label?.count == 255)
    }

    @Test("The label stays where the list's files could not be made")
    mutating func labelAfterFailures() throws {
        try label("one\0")
        try interface.upload(list, .add)
        try label("one\0")
        #expect(throws: InterfaceError.exists) { try interface.upload(list, .add) }
        #expect(interface.label == Array("one".utf8))
        #expect(throws: InterfaceError.invalid) { try interface.upload([1, 2, 3], .add) }
        #expect(interface.label == nil)
    }

    // MARK: Entries

    @Test("The same list under another label fails and leaves an empty pair")
    mutating func otherLabel() throws {
        try label("one\0")
        try interface.upload(list, .add)
        try label("two\0")
        #expect(throws: InterfaceError.exists) { try interface.upload(list, .add) }
        #expect(interface.directory.count == 4)
        #expect(content("one") == list)
        #expect(content("two") == [])
        #expect(content("two.ascii") == [])
        try label("three\0")
        #expect(throws: InterfaceError.notFound) { try interface.upload(list, .delete) }
    }

    @Test("A list is deleted under the label of an empty pair, and leaves its own pair empty")
    mutating func deletionUnderOtherLabel() throws {
        try label("one\0")
        try interface.upload(list, .add)
        try label("two\0")
        #expect(throws: InterfaceError.exists) { try interface.upload(list, .add) }
        try label("two\0")
        try interface.upload(list, .delete)
        #expect(counts() == [0, 0, 0, 0])
        #expect(names() == ["sha256-\(digest)-one", "sha256-\(digest)-one.ascii"])
        #expect(content("one") == [])
        #expect(content("one.ascii") == [])
        try label("one\0")
        #expect(throws: InterfaceError.exists) { try interface.upload(list, .add) }
        try label("one\0")
        #expect(throws: InterfaceError.notFound) { try interface.upload(list, .delete) }
    }

    @Test("Names are cut at 255 bytes, and where no dot is left the kernel falls")
    mutating func cutNames() throws {
        let longest = 255 - "sha256-".utf8.count - 64 - "-".utf8.count - ".ascii".utf8.count
        try label(String(repeating: "q", count: longest) + "\0")
        try interface.upload(list, .add)
        #expect(names().map(\.utf8.count) == [249, 255])
        try label(String(repeating: "q", count: longest + 5) + "\0")
        #expect(throws: InterfaceError.exists) { try interface.upload(list, .add) }
        #expect(interface.directory.count == 4)
        try label(String(repeating: "q", count: longest + 6) + "\0")
        #expect(throws: InterfaceError.oops) { try interface.upload(list, .add) }
        #expect(interface.directory.count == 4)
        try label("a." + String(repeating: "q", count: 253))
        #expect(throws: InterfaceError.exists) { try interface.upload(list, .add) }
        #expect(names().contains("sha256-\(digest)-a"))
    }

    @Test("What stands before a slash is no part of the name")
    mutating func slashes() throws {
        try label("some/where/else\0")
        try interface.upload(list, .add)
        #expect(names().first == "sha256-\(digest)-else")
    }

    @Test("Where one file of a pair is there already, neither is made")
    mutating func halfPair() throws {
        try label("a.ascii\0")
        try interface.upload(list, .add)
        try label("a\0")
        #expect(throws: InterfaceError.exists) { try interface.upload(list, .add) }
        #expect(interface.directory.count == 2)
    }

    // MARK: Lists

    @Test("Digests that several lists name are counted once, and go with the last of them")
    mutating func references() throws {
        let other = compactList(.of(2, 2, 3))
        try interface.upload(list, .add)
        try interface.upload(other, .add)
        #expect(counts() == [0, 3, 0, 2])
        try interface.upload(list, .delete)
        #expect(counts() == [0, 2, 0, 1])
        try interface.upload(other, .delete)
        #expect(counts() == [0, 0, 0, 0])
        #expect(names().isEmpty)
    }

    private func counts() -> [Int] {
        String(decoding: interface.counts, as: UTF8.self).split(separator: "\n")
            .compactMap { Int($0.drop { $0 != ":" }.dropFirst(2)) }
    }

    @Test("Whatever is added and deleted, the counts are those of the lists that are left")
    mutating func countsOfWhatIsLeft() throws {
        var left: [[UInt8]: Set<[UInt8]>] = [:]
        var random = SplitMix64(seed: 1)
        for _ in 0..<2000 {
            let digests = (0...random.number(below: 6)).map { _ in
                [UInt8](repeating: UInt8(random.number(below: 8)), count: 32)
            }
            let list = compactList(ListBlock(digests))
            if random.one(in: 2) {
                let isNew = (try? interface.upload(list, .add)) != nil
                #expect(isNew == (left[list] == nil))
                left[list] = Set(digests)
            } else {
                let wasThere = (try? interface.upload(list, .delete)) != nil
                #expect(wasThere == (left[list] != nil))
                left[list] = nil
            }
            let different = left.values.reduce(into: Set()) { $0.formUnion($1) }
            #expect(counts() == [0, different.count, 0, left.count])
            #expect(interface.directory.count == 2 * left.count)
        }
    }

    @Test("A list with an error anywhere changes nothing")
    mutating func transaction() throws {
        var broken = compactList(.of(1, 2), .of(3))
        broken[16 + 2 * 32] = 2
        #expect(throws: InterfaceError.invalid) { try interface.upload(broken, .add) }
        #expect(counts() == [0, 0, 0, 0])
        #expect(names().isEmpty)
    }

    @Test("A block without digests is accepted and shows as loaded")
    mutating func emptyBlock() throws {
        try interface.upload(compactList(.empty), .add)
        #expect(counts() == [0, 0, 0, 1])
        #expect(names().count == 2)
    }

    @Test("A buffer of 4 MiB is too much for one allocation, 64 MiB for the interface")
    mutating func sizes() throws {
        #expect(throws: InterfaceError.noMemory) {
            try interface.upload([UInt8](repeating: 0, count: 4 << 20), .add)
        }
        #expect(throws: InterfaceError.tooLarge) {
            try interface.upload([UInt8](repeating: 0, count: 64 << 20), .add)
        }
        try interface.upload(largestList(), .add)
        #expect(counts() == [0, 131_071, 0, 1])
    }

    @Test("Less is measured or appraised at deletion than at addition")
    mutating func missingActions() throws {
        interface = Interface(
            abi: .v3, actions: [.measured, .appraised], deletionActions: .measured)
        try interface.upload(list, .add)
        #expect(throws: InterfaceError.notPermitted) { try interface.upload(list, .delete) }
        #expect(counts() == [0, 2, 0, 1])
        #expect(names().count == 2)
    }

    @Test("A list keeps the actions of its first add")
    mutating func actionsOfFirstAdd() throws {
        try interface.upload(list, .add, actions: [])
        #expect(throws: InterfaceError.exists) {
            try interface.upload(list, .add, actions: .measured)
        }
        #expect(try answer("sha256-\(digest)").contains("(actions: 0)"))
        try interface.upload(list, .delete, actions: [])
        try interface.upload(list, .add, actions: .measured)
        #expect(try answer("sha256-\(digest)").contains("(actions: 1)"))
        #expect(throws: InterfaceError.notPermitted) {
            try interface.upload(list, .delete, actions: .appraised)
        }
        try interface.upload(list, .delete, actions: [.measured, .appraised])
        #expect(names().isEmpty)
    }

    @Test("The numbers of types are those of the ABI", arguments: [ABI.v2, .v3])
    func types(abi: ABI) throws {
        for number: UInt8 in 0...6 {
            let interface = Interface(abi: abi, actions: [], deletionActions: [])
            var list = compactList(.of(1))
            list[2] = number
            let isValid = ListType(number: UInt16(number), abi: abi) != nil
            #expect(isValid == (abi == .v2 ? number <= 3 : number <= 2))
            let isTaken = (try? interface.upload(list, .add)) != nil
            #expect(isTaken == isValid)
        }
    }

    // MARK: Reading

    @Test("A loaded list shows its bytes, and itself in words")
    mutating func contents() throws {
        let immutable = ListBlock(
            type: 0, modifiers: 1, algorithm: HashAlgorithm.md5.rawValue,
            [[UInt8](repeating: 0xab, count: 16)])
        let list = compactList(.of(1), immutable)
        try interface.upload(list, .add)
        let name = Array("sha256-\(sha256(list))-parser".utf8)
        let file = try #require(interface.directory[name])
        #expect(interface.content(of: file) == list)
        let ascii = try #require(interface.directory[name + Array(".ascii".utf8)])
        let text = """
            actions: 1, version: 1, algo: sha256, type: 1, modifiers: 0, count: 1, datalen: 32
            \(String(repeating: "01", count: 32))
            actions: 1, version: 1, algo: md5, type: 0, modifiers: 1, count: 1, datalen: 16
            \(String(repeating: "ab", count: 16))

            """
        #expect(String(decoding: interface.content(of: ascii), as: UTF8.self) == text)
    }

    @Test("A query shows a line for each list with the digest, and for the list itself")
    mutating func query() throws {
        let other = compactList(ListBlock(type: 0, ListBlock.of(2).digests), .of(9))
        try label("one\0")
        try interface.upload(list, .add)
        try label("two\0")
        try interface.upload(other, .add)
        let otherDigest = sha256(other)
        let two = "sha256-\(otherDigest)-two"
        #expect(
            try answer("sha256-" + String(repeating: "02", count: 32)) == """
                \(two) (actions: 1): version: 1, algo: sha256, type: 0, modifiers: 0, \
                count: 1, datalen: 32
                sha256-\(digest)-one (actions: 1): version: 1, algo: sha256, type: 1, \
                modifiers: 0, count: 2, datalen: 64

                """)
        #expect(
            try answer("sha256-\(otherDigest.uppercased())\n")
                == "\(two) (actions: 1): type: 3, size: \(other.count)\n")
        #expect(try answer("sha1-" + String(repeating: "02", count: 20)) == "")
    }

    @Test("Whatever is added and deleted, a query names the lists that are left, in their order")
    mutating func queryOfWhatIsLeft() throws {
        var left: [(name: String, digests: [UInt8])] = []
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let digests = (0...random.number(below: 3)).map { _ in UInt8(random.number(below: 4)) }
            let list = compactList(
                ListBlock(digests.map { [UInt8](repeating: $0, count: 32) }))
            let name = "sha256-\(sha256(list))-parser"
            if random.one(in: 2) {
                if (try? interface.upload(list, .add)) != nil { left.append((name, digests)) }
            } else if (try? interface.upload(list, .delete)) != nil {
                left.removeAll { $0.name == name }
            }
            let asked = UInt8(random.number(below: 4))
            let names = left.flatMap { list in
                list.digests.filter { $0 == asked }.map { _ in list.name }
            }
            let lines = try answer("sha256-" + String(repeating: "0\(asked)", count: 32))
                .split(separator: "\n").map { $0.prefix { $0 != " " } }
            #expect(lines.map(String.init) == names)
        }
    }

    private mutating func answer(_ query: String) throws -> String {
        try interface.writeQuery(Array(query.utf8))
        return String(decoding: interface.queryResult, as: UTF8.self)
    }

    @Test("What is no query is refused, and forgets the last one")
    mutating func refusedQueries() throws {
        try interface.upload(list, .add)
        let good = "sha256-" + String(repeating: "02", count: 32)
        let bad: [(String, InterfaceError)] = [
            ("sha256\0", .invalid), ("sha255-00", .notFound), ("sha256-0x", .invalid),
            ("-", .notFound), (String(repeating: "a", count: 258), .invalid),
        ]
        for (query, error) in bad {
            #expect(try answer(good) != "")
            try interface.writeQuery(Array(good.utf8))
            #expect(throws: error) { try interface.writeQuery(Array(query.utf8)) }
            if query.utf8.count < 258 { #expect(interface.queryResult == []) }
        }
    }
}
