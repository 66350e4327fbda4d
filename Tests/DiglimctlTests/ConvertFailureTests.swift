import BlackBox
import Foundation
import Testing

/// What is refused is told, and the rest is converted.
@Suite(.needs(.diglimctl))
struct ConvertFailureTests {
    private let directory: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    private func convert(_ arguments: String...) throws -> (Outcome, ConvertResult) {
        try ConvertResult.of(arguments, in: output)
    }

    @Test func brokenListsHideNoOthers() throws {
        let broken: [(String, [UInt8], String)] = [
            ("b", [], "empty file"), ("c", Array("text".utf8), "bytes missing"),
            ("d", Array(HeaderWriter.package(1).bytes().dropLast()), "bytes missing"),
            ("e", HeaderWriter.package(1).bytes() + [9], "bytes after the header"),
        ]
        try directory.write(.package(1, mutable: 2, immutable: 1), to: listName("a"))
        try directory.write(.package(2, mutable: 0), to: listName("empty"))
        try directory.write(.package(3), to: listName("z"))
        for (name, bytes, _) in broken { try directory.write(bytes, to: listName(name)) }
        symlink(listName("a"), directory.path(listName("link")))
        mkfifo(directory.path(listName("pipe")), 0o644)
        try directory.write(.package(3), to: "0-file_list-rpm-with blank")
        let lists = [compactList(1, mutable: 2, immutable: 1), compactList(3)]
        let single = lists[0].upload(label: listName("a")) + lists[1].upload(label: listName("z"))
        let combined = (lists[0] + lists[1]).upload(label: "0-file_list-compact-all")
        for (combine, good) in [([], single), (["--combine", "all"], combined)] {
            let outcome = try Diglimctl.run(
                ["convert", "--output", output.path, "--json"] + combine + [directory.path])
            #expect(outcome.status == 1)
            let result = try outcome.json(ConvertResult.self)
            #expect(result.converted == 2)
            #expect(result.empty == 1)
            #expect(result.failed == broken.count + 3)
            #expect(outcome.errorLines.count == result.failed)
            for (name, _, reason) in broken {
                #expect(
                    outcome.errorLines.contains {
                        $0.hasPrefix("diglimctl: \(directory.path(listName(name))): ")
                            && $0.contains(reason)
                    }, "\(name)")
            }
            #expect(outcome.errors.contains(": a symbolic link, not a file\n"))
            #expect(outcome.errors.contains(": not a regular file\n"))
            #expect(outcome.errors.contains("has a character that no digest list's name can have"))
            #expect(try result.lists.flatMap { try output.bytes(of: $0.name) } == good)
        }
    }

    @Test func pathsThatAreNoLists() throws {
        let name = try directory.write(.package(1), to: "package")
        let list = try directory.write(.package(1), to: listName("a"))
        try directory.makeDirectory("empty")
        let paths = [
            directory.path("missing"), name, directory.path(listName("gone")), list + "/",
            directory.path("empty"),
        ]
        let (outcome, result) = try convert(
            paths[0], paths[1], paths[2], paths[3], paths[4], list)
        #expect(outcome.status == 1)
        #expect(
            outcome.errorLines.map { $0.dropFirst("diglimctl: ".count) } == [
                "\(paths[0]): not the name of an RPM digest list",
                "\(paths[1]): not the name of an RPM digest list",
                "\(paths[3]): not the name of an RPM digest list",
                "\(paths[4]): no RPM digest lists in this directory",
                "\(paths[2]): No such file or directory",
            ])
        #expect(result.failed == 4)
        #expect(result.written == 1)
    }

    @Test func sameNameTwice() throws {
        for (folder, seed) in [("one", 1), ("same", 1), ("other", 2)] {
            try directory.makeDirectory(folder)
            try directory.write(.package(seed), to: "\(folder)/\(listName("a"))")
        }
        for (combine, label) in [
            ([], listName("a")), (["--combine", "all"], "0-file_list-compact-all"),
        ] {
            let arguments = ["convert", "--output", output.path, "--json"] + combine
            let same = try Diglimctl.run(
                arguments + [directory.path("one"), directory.path("same")])
            #expect(same.status == 0)
            #expect(try same.json(ConvertResult.self).converted == 1)
            let other = try Diglimctl.run(
                arguments + [directory.path("one"), directory.path("other")])
            #expect(other.status == 1)
            #expect(other.errorLines.count == 1)
            #expect(other.errors.contains(directory.path("other/\(listName("a"))")))
            #expect(other.errors.contains("differs"))
            let result = try other.json(ConvertResult.self)
            let list = try output.bytes(of: try #require(result.lists.first).name)
            #expect(list == compactList(1).upload(label: label))
        }
    }

    @Test func nothingToCombine() throws {
        try directory.write(.package(2, mutable: 0), to: listName("empty"))
        let outcome = try Diglimctl.run(
            "convert", "--output", output.path, "--combine", "all", directory.path)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "diglimctl: no digests, so no list is written\n")
        #expect(try output.names() == [])
        // Each to its own, there is none to be missed.
        #expect(try convert(directory.path).0.status == 0)
        #expect(try output.names() == [])
    }

    @Test func longNames() throws {
        // Four bytes more than the RPM digest list's own.
        let name = "0-file_list-rpm-" + String(repeating: "n", count: 239)
        try directory.write(.package(1), to: name)
        let (outcome, result) = try convert(directory.path)
        #expect(outcome.status == 1)
        #expect(result.failures.first?.error.contains("too long") == true)
        #expect(try output.names() == [])
    }
}
