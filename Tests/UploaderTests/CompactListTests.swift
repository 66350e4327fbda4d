import BlackBox
import Foundation
import Testing

/// What the program has the kernel read.
@Suite(.needs(.uploader, .emulator))
struct CompactListTests {
    private let directory: TemporaryDirectory
    private let emulator: MountedEmulator

    init() throws {
        directory = try TemporaryDirectory()
        emulator = try MountedEmulator()
    }

    private func list(_ number: Int) -> [UInt8] {
        ListBlock([[UInt8](repeating: UInt8(number), count: 32)]).bytes
    }

    /// A list with something appended that has the form of a signature.
    private func signed(_ list: [UInt8]) -> [UInt8] {
        list + [1, 2, 3, 4] + [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 4]
            + Array("~Module signature appended~\n".utf8)
    }

    private func run(
        _ options: String..., on other: MountedEmulator? = nil
    ) throws -> Outcome {
        try runProgram(
            Program.uploader.path,
            ["add-compact", directory.path, "--interface", (other ?? emulator).directory]
                + options)
    }

    private func failure(_ name: String, _ reason: String) -> String {
        "upload_digest_lists: \(directory.path)/\(name): \(reason)"
    }

    @Test("The compact lists of a directory, in order, each by its path; a second run does nothing")
    func twice() throws {
        let names = [
            "0-file_list-compact-b", "0-parser_list-compact-a", "2-file_list-compact-a",
            "10-metadata_list-compact-a.ascii",
        ]
        for (number, name) in names.enumerated() {
            try directory.write(number == 1 ? list(number) : signed(list(number)), to: name)
        }
        for name in ["0-file_list-rpm-a", "file_list-compact-a", "0-key_list-compact-a", "a"] {
            try directory.write(list(99), to: name)
        }
        let outcome = try run()
        #expect(outcome.status == 0)
        #expect(outcome.output + outcome.errors == "")
        #expect(
            try emulator.operations().map { [$0.file, $0.label, $0.result] }
                == names.map { ["digest_list_add", "\(directory.path)/\($0)", "ok"] })
        #expect(
            try Set(emulator.loadedLists().map { "\($0.label) \($0.bytes)" })
                == Set(names.enumerated().map { "\($1) \(list($0))" }))
        let again = try run()
        #expect(again.status == 0)
        #expect(again.output + again.errors == "")
        #expect(try emulator.operations().count == names.count)
    }

    @Test("Another list under a name is read, and the one that was there stays")
    func changed() throws {
        let name = "0-file_list-compact-a"
        for number in [1, 2, 1] {
            try directory.write(list(number), to: name)
            #expect(try run().status == 0)
        }
        // What is only the beginning of the other is another list, too.
        try directory.write(list(1) + list(3), to: name)
        #expect(try run().status == 0)
        #expect(try emulator.loadedLabels() == [name, name, name])
        #expect(try emulator.operations().map(\.result) == ["ok", "ok", "ok"])
    }

    @Test("Names are found as the kernel cuts them", arguments: [false, true])
    func longNames(isSigned: Bool) throws {
        func name(_ length: Int, _ end: String) -> String {
            let start = "0-file_list-compact-"
            return start + String(repeating: "n", count: length - start.count - end.count) + end
        }
        // 255 less what is before a label is 183; with the longest digest, 119.
        let names =
            [112, 113, 118].map { name($0, "") }
            + [119, 176, 177, 182, 183, 250].map {
                name($0, "." + String(repeating: "x", count: $0 - 99))
            }
        for (number, name) in names.enumerated() {
            try directory.write(isSigned ? signed(list(number)) : list(number), to: name)
        }
        for name in [name(119, ""), name(178, "."), name(250, ""), name(255, ".xyz")] {
            try directory.write(list(9), to: name)
        }
        let outcome = try run()
        #expect(
            outcome.errorLines.map(String.init)
                == [name(119, ""), name(178, "."), name(250, ""), name(255, ".xyz")].sorted().map {
                    failure($0, "the kernel cannot keep so long a name")
                })
        #expect(try emulator.loadedNames().count == 2 * names.count)
        #expect(try run().status == 1)
        #expect(try emulator.operations().map(\.result) == names.map { _ in "ok" })
    }

    /// The digests that a kernel has after each of the operations that it did.
    private func history(
        of operations: [LoggedOperation], on emulator: MountedEmulator
    ) throws -> [Set<[UInt8]>] {
        var counts: [[UInt8]: Int] = [:]
        return try operations.filter { $0.result == "ok" }.map { operation in
            // Lists that the kernel reads have their paths where others have labels.
            let bytes = try readFile(operation.label)
            let step = operation.file == "digest_list_add" ? 1 : -1
            for digest in try ListBlock.blocks(of: bytes).flatMap(\.digests) {
                counts[digest, default: 0] += step
            }
            return Set(counts.filter { $0.value > 0 }.keys)
        }
    }

    private func replace(_ old: TemporaryDirectory, _ options: String...) throws -> Outcome {
        try runProgram(
            Program.uploader.path,
            ["replace-compact", "--interface", emulator.directory] + options
                + [old.path, directory.path])
    }

    @Test("The new list is there before the old one goes, and no digest of both ever misses")
    func replaced() throws {
        let old = try TemporaryDirectory()
        let (image, parts) = (
            "0-file_list-compact-image",
            (1...2).map { "0-file_list-compact-image.part\($0)of2" }
        )
        let digests = (0..<6).map { [UInt8](repeating: $0, count: 32) }
        try old.write([ListBlock(Array(digests[0..<4]))].upload(label: image), to: image)
        try directory.write(
            [ListBlock(Array(digests[1..<3]))].upload(label: parts[0]), to: parts[0])
        try directory.write(
            [ListBlock(Array(digests[3..<6]))].upload(label: parts[1]), to: parts[1])
        let changed = "0-parser_list-compact-changed"
        // What both have stays, whatever its signature, and what nobody has loaded too.
        try old.write(list(8), to: "0-parser_list-compact-a")
        try directory.write(signed(list(8)), to: "0-parser_list-compact-a")
        try old.write(list(9), to: changed)
        try directory.write(list(10), to: changed)
        for name in [image, "0-parser_list-compact-a", changed] {
            #expect(emulator.add(Array(old.path(name).utf8)) == "ok")
        }
        try old.write(list(11), to: "0-file_list-compact-unknown")
        #expect(emulator.add(list(12), label: "0-file_list-rpm-other") == "ok")

        let outcome = try replace(old)
        #expect(outcome.status == 0)
        #expect(outcome.output + outcome.errors == "")
        let labels = parts + ["0-file_list-rpm-other", "0-parser_list-compact-a", changed]
        #expect(try emulator.loadedLabels() == labels)
        let operations = try emulator.operations().filter { $0.label.hasPrefix("/") }
        let added = (parts + [changed]).map { "digest_list_add \(directory.path($0))" }
        let deleted = [image, changed].map { "digest_list_del \(old.path($0))" }
        #expect(operations.dropFirst(3).map { "\($0.file) \($0.label)" } == added + deleted)
        let known = try history(of: operations, on: emulator).dropFirst(2)
        #expect(known.count == 6)
        #expect(known.allSatisfy { $0.isSuperset(of: digests[1..<4]) })
        let others: [[UInt8]] = [8, 10].map { [UInt8](repeating: $0, count: 32) }
        #expect(known.last == Set(digests[1...] + others))

        let count = try emulator.operations().count
        #expect(try replace(old).status == 0)
        #expect(try emulator.operations().count == count)
    }

    @Test("Where one new list fails, all old ones stay")
    func notReplaced() throws {
        let old = try TemporaryDirectory()
        try old.write(list(1), to: "0-file_list-compact-image")
        #expect(emulator.add(Array(old.path("0-file_list-compact-image").utf8)) == "ok")
        try directory.write([1, 2, 3], to: "0-file_list-compact-a")
        try directory.write(list(2), to: "0-file_list-compact-image")
        let outcome = try replace(old)
        #expect(outcome.status == 1)
        #expect(
            outcome.errorLines.map(String.init) == [
                failure(
                    "0-file_list-compact-a",
                    "the kernel does not take the list: Invalid argument (EINVAL)"),
                "upload_digest_lists: the lists of \(old.path) stay, as not all new ones are loaded",
            ])
        #expect(try emulator.loadedLists().map(\.bytes).count { !$0.isEmpty } == 2)
        #expect(try emulator.operations().allSatisfy { $0.file == "digest_list_add" })

        // Nor is it hidden where the kernel keeps an old one.
        let strict = try MountedEmulator("--actions", "3", "--deletion-actions", "0")
        try directory.remove("0-file_list-compact-a")
        #expect(strict.add(Array(old.path("0-file_list-compact-image").utf8)) == "ok")
        let kept = try runProgram(
            Program.uploader.path,
            ["replace-compact", old.path, directory.path, "--interface", strict.directory])
        #expect(kept.status == 1)
        #expect(
            kept.errors
                == "upload_digest_lists: \(old.path)/0-file_list-compact-image: the kernel does "
                + "not delete the list: Operation not permitted (EPERM)\n")
    }

    @Test("What fails is told with its name, and does not keep the rest away")
    func failures() throws {
        try directory.write(list(1).dropLast() + [], to: "0-file_list-compact-short")
        try directory.write([], to: "1-file_list-compact-empty")
        try directory.makeDirectory("2-file_list-compact-directory")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("3-file_list-compact-link"),
            withDestinationPath: "nowhere")
        try directory.write(list(1), to: "4-file_list-compact-a")
        try directory.write(list(1), to: "5-file_list-compact-a")
        try directory.write(list(2), to: "6-file_list-compact-\u{7}")
        let outcome = try run()
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        let invalid = "Invalid argument (EINVAL)"
        #expect(
            outcome.errorLines.map(String.init) == [
                failure(
                    "0-file_list-compact-short", "the kernel does not take the list: \(invalid)"),
                failure(
                    "1-file_list-compact-empty", "the kernel does not take the list: \(invalid)"),
                failure("2-file_list-compact-directory", "cannot read it: \(invalid)"),
                failure(
                    "3-file_list-compact-link",
                    "cannot read it: No such file or directory (ENOENT)"),
                failure(
                    "5-file_list-compact-a",
                    "the kernel has it under another name, or keeps an empty entry of it: "
                        + "File exists (EEXIST)"),
            ])
        #expect(try emulator.loadedLists().filter { !$0.bytes.isEmpty }.count == 2)
    }

    @Test("A busy interface is waited for")
    func busy() throws {
        let names = ["0-file_list-compact-a", "0-file_list-compact-b"]
        for (number, name) in names.enumerated() { try directory.write(list(number), to: name) }
        let emulator = try MountedEmulator("--busy", "1")
        let outcome = try run(on: emulator)
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(try emulator.loadedLabels() == names)
    }

    @Test("Somebody who keeps the interface to himself is told of, list by list")
    func held() throws {
        let names = ["0-file_list-compact-a", "0-file_list-compact-b"]
        for (number, name) in names.enumerated() { try directory.write(list(number), to: name) }
        let holder = emulator.open("digest_query", O_RDONLY)
        let outcome = try run("--wait", "0")
        close(holder)
        #expect(outcome.status == 1)
        #expect(
            outcome.errorLines.map(String.init)
                == names.map {
                    failure(
                        $0,
                        "somebody else held the interface open all the time: "
                            + "Device or resource busy (EBUSY)")
                })
        #expect(try emulator.loadedLabels() == [])
    }

    @Test("A path from the working directory becomes one from the root")
    func relativePath() throws {
        try directory.write(list(1), to: "0-file_list-compact-a")
        let path = URL(fileURLWithPath: directory.path)
        var command = Command(
            Program.uploader.path,
            ["add-compact", path.lastPathComponent, "--interface", emulator.directory])
        command.workingDirectory = path.deletingLastPathComponent().path
        #expect(try command.run().status == 0)
        #expect(
            try emulator.operations().map(\.label)
                == ["\(directory.path)/0-file_list-compact-a"])
    }

    @Test("Without an interface, or without a directory, there is nothing to do")
    func missing() throws {
        let nowhere = directory.path("nowhere")
        let interface = try runProgram(
            Program.uploader.path, ["add-compact", directory.path, "--interface", nowhere])
        #expect(interface.status == 3)
        #expect(
            interface.errors
                == "upload_digest_lists: no DIGLIM interface at \(nowhere): cannot open the "
                + "interface's directory: No such file or directory (ENOENT)\n")
        let lists = try runProgram(
            Program.uploader.path, ["add-compact", nowhere, "--interface", emulator.directory])
        #expect(lists.status == 1)
        #expect(
            lists.errors
                == "upload_digest_lists: cannot read \(nowhere): "
                + "No such file or directory (ENOENT)\n")
    }
}
