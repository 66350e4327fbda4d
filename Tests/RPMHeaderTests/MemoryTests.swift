import BlackBox
import Testing

/// A header that is made to take as much memory as it can.
struct HungryHeader: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// What the parser's summary says of it.
    var outcome: String
    var list: @Sendable () -> [UInt8]

    /// librpm's limit on the values of a tag, `HEADER_ARRAY_MAX`.
    static let maximumCount = 0xfffff

    private init(
        _ description: String, _ outcome: String, _ list: @escaping @Sendable () -> [UInt8]
    ) {
        testDescription = description
        self.outcome = outcome
        self.list = list
    }

    static let all = [
        HungryHeader("a million files with empty names", "0 added", { files().bytes() }),
        HungryHeader("a million names that are needed", "0 added") {
            var header = files()
            header[.dirNames] = .strings(.dirNames, ["/lib/modules/"])
            return header.bytes()
        },
        HungryHeader("a million directories", "0 added") {
            var header = files()
            header[.dirNames] = strings(.dirNames, "")
            return header.bytes()
        },
        HungryHeader("a million old names", "0 added") {
            files(oldName: "").bytes()
        },
        HungryHeader("a million old names that are needed", "0 added") {
            files(oldName: "/lib/modules/x").bytes()
        },
        HungryHeader("a million long sizes", "0 added") {
            var header = files()
            header[.fileSizes] = nil
            header.entries.append(numbers(.longFileSizes, 1 as UInt64))
            return header.bytes()
        },
        HungryHeader("a million mutable digests", "1048575 mutable and 0 immutable") {
            files(digest: String(repeating: "0", count: 32)).bytes()
        },
        HungryHeader("a million immutable digests", "0 mutable and 1048575 immutable") {
            files(digest: String(repeating: "0", count: 32), mode: 0o100755).bytes()
        },
        HungryHeader("65,534 tags", "0 added") {
            var header = HeaderWriter([source])
            header.entries += (0..<0xfffd).map {
                HeaderWriter.Entry(tag: 9_000_000 + $0, type: 2, count: 1, data: [1])
            }
            return header.bytes()
        },
    ]

    private static let source = HeaderWriter.Entry.string(.sourceRPM, "hungry-1-1.src.rpm")

    private static func files(
        digest: String = "", mode: UInt16 = 0o100644, oldName: String? = nil
    ) -> HeaderWriter {
        var header = HeaderWriter([
            numbers(.fileSizes, 1 as UInt32), numbers(.fileModes, mode),
            strings(.fileDigests, digest), source,
        ])
        if let oldName {
            header.entries.append(strings(.oldFileNames, oldName))
        } else {
            header.entries += [
                numbers(.dirIndexes, 0 as UInt32), strings(.baseNames, ""),
                .strings(.dirNames, ["/"]),
            ]
        }
        return header
    }

    /// The same string over and over.
    private static func strings(_ tag: HeaderTag, _ text: String) -> HeaderWriter.Entry {
        repeated(tag, type: 8, Array(text.utf8) + [0])
    }

    /// The same number over and over.
    private static func numbers<Number: FixedWidthInteger>(
        _ tag: HeaderTag, _ number: Number
    ) -> HeaderWriter.Entry {
        repeated(tag, type: HeaderWriter.Entry.numbers(tag, [number]).type, bigEndian(number))
    }

    private static func repeated(
        _ tag: HeaderTag, type: UInt32, _ value: [UInt8]
    ) -> HeaderWriter.Entry {
        var data = value
        data.reserveCapacity(value.count * maximumCount)
        while data.count < value.count * maximumCount {
            data += data.prefix(value.count * maximumCount - data.count)
        }
        return HeaderWriter.Entry(
            tag: tag.rawValue, type: type, count: UInt32(maximumCount), data: data)
    }
}

@Suite("The memory of rpm_parser", .needs(.parser), .serialized) struct MemoryTests {
    /// Converts the lists of a directory with a limit on all of the parser's memory.
    private func parse(_ directory: String, kibibytes: Int) throws -> Outcome {
        let script = "ulimit -v \(kibibytes) && exec \"$0\" add --dry-run \"$1\""
        return try runProgram("sh", ["-c", script, Program.parser.path, directory])
    }

    @Test("Three times the list and 8 MiB are enough", arguments: HungryHeader.all)
    func enough(header: HungryHeader) throws {
        let directory = try TemporaryDirectory()
        let list = header.list()
        try directory.write(list, to: "0-file_list-rpm-hungry")
        let outcome = try parse(directory.path, kibibytes: 3 * list.count / 1024 + 8192)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains(header.outcome), "\(outcome.errors)")
        #expect(outcome.errors.contains(" 0 failed"), "\(outcome.errors)")
    }

    @Test("One list after another takes no more than the largest")
    func several() throws {
        let directory = try TemporaryDirectory()
        var largest = 0
        for (number, header) in HungryHeader.all.enumerated() {
            let list = header.list()
            largest = max(largest, list.count)
            try directory.write(list, to: "\(number)-file_list-rpm-hungry")
        }
        let outcome = try parse(directory.path, kibibytes: 3 * largest / 1024 + 8192)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("2 added"), "\(outcome.errors)")
    }

    @Test(
        "A list for which there is no memory is told, and the others are added",
        arguments: HungryHeader.all)
    func shortage(header: HungryHeader) throws {
        let directory = try TemporaryDirectory()
        let list = header.list()
        try directory.write(.package(1), to: "0-file_list-rpm-small")
        try directory.write(list, to: "1-file_list-rpm-hungry")
        try directory.write(.package(2), to: "2-file_list-rpm-small")
        var failures = 0
        let most = 3 * list.count / 1024 + 8192
        for limit in stride(from: 4096, to: most, by: max(1024, most / 32)) {
            let outcome = try parse(directory.path, kibibytes: limit)
            let hasFailed = outcome.errors.contains(
                "1-file_list-rpm-hungry: cannot allocate: Cannot allocate memory (ENOMEM)\n")
            if hasFailed { failures += 1 }
            #expect(outcome.status == (hasFailed ? 1 : 0), "\(limit) KiB: \(outcome)")
            let hasDigests = header.outcome != "0 added"
            let added = hasDigests && !hasFailed ? 3 : 2
            let empty = hasDigests || hasFailed ? 0 : 1
            let end = "\(empty) empty, \(hasFailed ? 1 : 0) failed\n"
            #expect(outcome.errors.contains(": \(added) added ("), "\(limit) KiB: \(outcome)")
            #expect(outcome.errors.hasSuffix(end), "\(limit) KiB: \(outcome)")
        }
        #expect(failures > 0)
    }

    @Test("The limit is one that the parser can run into")
    func limit() throws {
        let directory = try TemporaryDirectory()
        let list = HungryHeader.all[0].list()
        try directory.write(list, to: "0-file_list-rpm-hungry")
        #expect(try parse(directory.path, kibibytes: list.count / 1024).status != 0)
    }
}
