import BlackBox
import Testing

/// Lists that end too early.
@Suite(.needs(.parser, .diglimctl, .emulator), .needsCorpus)
struct TruncationTests {
    @Test("A real list, cut at every byte: only the whole header is a list without its signature")
    func everyLength() throws {
        let real = try TemporaryDirectory()
        try Corpus.generate(into: real.path)
        let lists = try real.names().map { try real.bytes(of: $0) }
        let list = try #require(lists.min { $0.count < $1.count })
        let header = list.count - signatureSize(of: list)
        let directory = try TemporaryDirectory()
        let names = (0..<list.count).map { "\($0)-file_list-rpm-cut" }
        for (length, name) in names.enumerated() {
            try directory.write(Array(list[..<length]), to: name)
        }
        let emulator = try MountedEmulator()
        let run = try emulator.run("add", directory.path)
        #expect(run.status == 1)
        #expect(
            run.failures.map(\.file)
                == names.filter { $0 != names[header] }.map { directory.path($0) })
        #expect(run.failures.first?.reason == "empty file")
        for (length, failure) in zip(1..<header, run.failures.dropFirst()) {
            let missing = (length < 16 ? 16 : header) - length
            #expect(
                failure.reason == "the file ends before the header does, bytes missing: \(missing)")
        }
        for (length, failure) in zip(header + 1..<list.count, run.failures[header...]) {
            #expect(
                failure.reason == """
                    bytes after the header that are no appended signature: \(length - header)
                    """)
        }
        #expect(run.summary?.failed == list.count - 1)
        #expect(try emulator.loadedLabels().allSatisfy { $0 == names[header] })
    }

    /// The size of a list's signature and its trailer, by the trailer.
    private func signatureSize(of list: [UInt8]) -> Int {
        list.dropLast(28).suffix(4).reduce(0) { $0 << 8 | Int($1) } + 40
    }
}
