import BlackBox
import CLinux
import LinuxFiles
import RandomNumbers
import Testing

@Suite("Lists of names") struct NameListTests {
    /// Names of all lengths, some of them the same.
    private static let names: [[UInt8]] = {
        var random = SplitMix64(seed: 4)
        return (0..<5000).map { _ in
            (0..<random.number(below: random.one(in: 50) ? 255 : 8)).map { _ in
                UInt8(random.number(below: 3) + 0x61)
            }
        }
    }()

    private func text(_ list: borrowing NameList, _ index: Int) -> [UInt8] {
        Array(bytes(of: list[index]))
    }

    private func fill(_ list: inout NameList) throws {
        for (number, name) in Self.names.enumerated() {
            let terminated = name.map { CChar(bitPattern: $0) } + [0]
            try list.append(terminated, type: UInt8(number % 16))
        }
    }

    @Test("Names and types stay as they were added")
    func appending() throws {
        var list = NameList()
        try fill(&list)
        let count = list.count
        #expect(count == Self.names.count)
        for index in 0..<count {
            let (name, type) = (text(list, index), list.type(of: index))
            #expect(name == Self.names[index])
            #expect(type == UInt8(index % 16))
        }
    }

    @Test("Sorting keeps each name with its type")
    func sorting() throws {
        var list = NameList()
        try fill(&list)
        try list.sort { strcmp($0, $1) < 0 }
        var pairs: [String: Int] = [:]
        for (number, name) in Self.names.enumerated() {
            pairs["\(name) \(number % 16)", default: 0] += 1
        }
        let sorted = Self.names.sorted { $0.lexicographicallyPrecedes($1) }
        for index in 0..<list.count {
            let (name, type) = (text(list, index), list.type(of: index))
            #expect(name == sorted[index])
            pairs["\(name) \(type)", default: 0] -= 1
        }
        #expect(pairs.values.allSatisfy { $0 == 0 })
    }

    @Test("The partition is where a search from the start ends")
    func partition() throws {
        var list = NameList()
        try fill(&list)
        try list.sort { strcmp($0, $1) < 0 }
        let sorted = Self.names.sorted { $0.lexicographicallyPrecedes($1) }
        for wanted in [[], [0x61], [0x62], [0x7a], [1], [0x63, 0x63, 0x63]] + Self.names.prefix(50)
        {
            let terminated = wanted.map { CChar(bitPattern: $0) } + [0]
            let found = list.partition { strcmp($0, terminated) < 0 }
            #expect(found == sorted.count { $0.lexicographicallyPrecedes(wanted) })
        }
    }

    @Test("An empty list has no names")
    func empty() throws {
        var list = NameList()
        try list.sort { strcmp($0, $1) < 0 }
        let (count, start) = (list.count, list.partition { _ in true })
        #expect(count == 0)
        #expect(start == 0)
    }

    @Test("Of names that are there several times one is kept")
    func repeated() throws {
        var list = NameList()
        for _ in 0..<3 { try fill(&list) }
        try list.sort { strcmp($0, $1) < 0 }
        list.removeRepeated()
        let names = (0..<list.count).map { text(list, $0) }
        #expect(names == Set(Self.names).sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test("A directory is listed with its hidden files and without itself")
    func directory() throws {
        let directory = try TemporaryDirectory()
        let expected = (0..<300).map { "name\($0)" } + [".hidden", "..odd"]
        for name in expected { try directory.write([], to: name) }
        try directory.makeDirectory("folder")
        let descriptor = try FileDescriptor(path: directory.path, for: [.reading, .directory])
        // Twice, as the descriptor's own position must not matter.
        for _ in 0..<2 {
            var list = NameList()
            try descriptor.list(into: &list) { $0[0] != CChar(UInt8(ascii: "f")) }
            try list.sort { strcmp($0, $1) < 0 }
            let names = (0..<list.count).map { String(cString: list[$0]) }
            #expect(names == expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }
}
