import BlackBox
import KernelInterface
import KernelQueries
import LinuxFiles
import Testing

@Suite("Counting digests") struct CountsTests {
    private func counts(in text: String) throws -> Interface.Counts {
        let pipe = try PipeInterface()
        try pipe.write(text, to: "digests_count")
        return try Interface(path: pipe.path, waiting: 0).counts()
    }

    private static func text(_ numbers: [String]) -> String {
        zip(["Parser", "File", "Metadata", "Digest list"], numbers)
            .map { "\($0) digests: \($1)\n" }.joined()
    }

    @Test(
        "The four lines are read",
        arguments: [
            [0, 0, 0, 0], [1, 2, 3, 4], [10, 99, 1_000_000, 7], [.max, 0, .max, 1 << 63],
        ] as [[UInt64]])
    func good(numbers: [UInt64]) throws {
        let counts = try counts(in: Self.text(numbers.map { "\($0)" }))
        #expect(counts.list == numbers)
    }

    @Test(
        "Anything else is no count",
        arguments: [
            "", "\n", "\n\n\n\n", "1\n2\n3\n", "Parser digests: 1\n", text(["1", "2", "3"]),
            text(["", "2", "3", "4"]), text(["1", "2", "three", "4"]), text(["1", "2 ", "3", "4"]),
            text(["1", "2", "18446744073709551616", "4"]),
            text(["1", "2", "99999999999999999999999999", "4"]),
            String(text(["1", "2", "3", "4"]).dropLast()), "\0\0\0\0",
        ])
    func bad(text: String) {
        #expect(throws: InterfaceError(.malformed)) { try counts(in: text) }
    }

    @Test("With any one byte changed, the counts are those at the ends of the lines, or none")
    func everyByte() throws {
        let pipe = try PipeInterface()
        let interface = try Interface(path: pipe.path, waiting: 0)
        let good = Array(Self.text(["11", "2", "3", "4"]).utf8)
        for offset in good.indices {
            for byte in [0, 0x0a, 0x20, 0x2f, 0x30, 0x39, 0x3a, 0xff] as [UInt8] {
                var text = good
                text[offset] = byte
                try pipe.write(text, to: "digests_count")
                let counts = try? interface.counts()
                #expect(counts?.list == Self.numbers(text), "\(byte) at \(offset)")
            }
        }
    }

    /// The first four numbers at the ends of lines, unless there is a line without one.
    private static func numbers(_ text: [UInt8]) -> [UInt64]? {
        let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
        let numbers = lines.map { line in
            UInt64(
                String(
                    decoding: line.suffix { (0x30...0x39 as ClosedRange<UInt8>).contains($0) },
                    as: UTF8.self))
        }
        guard numbers.count >= 4, !numbers.contains(nil) else { return nil }
        return numbers.prefix(4).compactMap { $0 }
    }

    @Test("Without the file there are no counts")
    func missing() throws {
        let pipe = try PipeInterface()
        let interface = try Interface(path: pipe.path, waiting: 0)
        let found = error { () throws(InterfaceError) in _ = try interface.counts() }
        #expect(found == InterfaceError(.read, .noEntry))
    }
}

extension Interface.Counts {
    /// The counts in the order of the file.
    fileprivate var list: [UInt64] { [parser, file, metadata, digestList] }
}

extension ArraySlice {
    /// The elements at the end for which a condition holds.
    fileprivate func suffix(where isWanted: (Element) -> Bool) -> ArraySlice {
        suffix(reversed().prefix(while: isWanted).count)
    }
}
