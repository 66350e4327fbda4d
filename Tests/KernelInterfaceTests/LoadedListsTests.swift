import BlackBox
import KernelInterface
import LinuxFiles
import RandomNumbers
import Testing

@Suite("What is loaded") struct LoadedListsTests {
    /// The names that are found for a label.
    private func names(
        _ text: String, in loaded: borrowing LoadedLists
    ) throws -> [String] {
        let range = loaded.range(of: try label(text))
        var names: [String] = []
        for index in range {
            names.append(String(cString: loaded[index]))
        }
        return names.sorted()
    }

    @Test(
        "The label is all after the second hyphen",
        arguments: [
            ("sha256-00ff-label", "label"),
            ("sha256-00ff-0-file_list-rpm-a-1", "0-file_list-rpm-a-1"),
            ("a-b-", ""), ("--", ""), ("--x", "x"), ("a-b--c", "-c"), ("sha256-00ff", nil),
            ("", nil), ("-", nil), ("label", nil), (".", nil), ("..", nil),
        ] as [(String, String?)])
    func labels(name: String, label: String?) {
        let found = name.withCString { LoadedLists.label(of: $0).map { String(cString: $0) } }
        #expect(found == label)
    }

    @Test("Each of thousands of lists is found by its label, and no other with it")
    func thousands() throws {
        let pipe = try PipeInterface()
        var expected: [String: [String]] = [:]
        var random = SplitMix64(seed: 3)
        for number in 0..<2500 {
            // Labels that begin alike, are parts of each other, or are there several times.
            let label =
                random.pick(["0-file_list-rpm-a", "b", "0", "~", "é"])
                + String(repeating: "-", count: random.number(below: 3))
                + (random.one(in: 4) ? "" : "\(random.number(below: 800))")
            let list = block(1, from: number).bytes
            try pipe.load(list, label: label)
            expected[label, default: []].append("sha256-\(sha256(list))-\(label)")
        }
        let loaded = try LoadedLists(of: Interface(path: pipe.path, waiting: 0))
        let count = loaded.count
        #expect(count == 2500)
        #expect(expected.values.contains { $0.count > 3 })
        for (label, wanted) in expected {
            let found = try names(label, in: loaded)
            #expect(found == wanted.sorted(), "\(label)")
        }
        for label in ["1", "a", "0-file_list-rpm-", "0-file_list-rpm-a--x", "~x", "\u{7e}\u{7e}"] {
            let found = try names(label, in: loaded)
            #expect(found.isEmpty, "\(label)")
        }
    }

    @Test("A view is not taken for a list whose label ends alike")
    func views() throws {
        let pipe = try PipeInterface()
        let (list, other) = (block(1).bytes, block(2).bytes)
        try pipe.load(list, label: "x")
        try pipe.load(other, label: "x.ascii")
        let loaded = try LoadedLists(of: Interface(path: pipe.path, waiting: 0))
        let plain = try names("x", in: loaded)
        let odd = try names("x.ascii", in: loaded)
        let twice = try names("x.ascii.ascii", in: loaded)
        #expect(plain == ["sha256-\(sha256(list))-x"])
        #expect(odd == ["sha256-\(sha256(other))-x.ascii"])
        #expect(twice.isEmpty)
    }

    @Test(
        "A list is read back whole, or as far as there is room",
        arguments: [0, 1, 100, 5000, 70000])
    func reading(size: Int) throws {
        let pipe = try PipeInterface()
        let list = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 7) }
        try pipe.load(list, label: "x")
        let loaded = try LoadedLists(of: Interface(path: pipe.path, waiting: 0))
        let range = loaded.range(of: try label("x"))
        #expect(range.count == 1)
        for room in [1, 4096, 70000, 70001] {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
            defer { memory.deallocate() }
            let count = try loaded.read(range.lowerBound, into: memory)
            #expect(count == min(size, room))
            #expect(Array(memory[..<count]) == Array(list.prefix(room)))
        }
    }

    @Test("Without the directory nothing is told")
    func missing() throws {
        let directory = try TemporaryDirectory()
        try directory.write([], to: "digest_list_label")
        let interface = try Interface(path: directory.path, waiting: 0)
        let found = error { () throws(InterfaceError) in _ = try LoadedLists(of: interface).count }
        #expect(found == InterfaceError(.list, .noEntry))
    }
}
