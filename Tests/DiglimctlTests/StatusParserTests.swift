import BlackBox
import Foundation
import Testing

/// What is said of the parser, and of what IMA has done.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct StatusParserTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("Another parser is installed") func otherParser() throws {
        let machine = try Machine()
        machine.parser = try directory.write("another", to: "rpm_parser")
        let status = try machine.status()
        #expect(status.problems == ["parser"])
        #expect(status.parser?.known == false)
        #expect(status.parser?.lists == [Machine.parserList])
        let text = try machine.run("status").output
        #expect(text.contains(": the kernel knows another parser\n"))
        machine.parser = directory.path("gone")
        #expect(try machine.status().parser?.error == "No such file or directory")
    }

    @Test("No parser's list is loaded", arguments: ["v2", "v3"]) func noList(abi: String) throws {
        let machine = try Machine(abi: abi)
        let list = try machine.lists.bytes(of: Machine.parserList)
        let label = abi == "v2" ? "digest_label" : "digest_list_label"
        #expect(machine.emulator.write(Array("\(Machine.parserList)\0".utf8), to: label) == "ok")
        #expect(machine.emulator.write(list, to: "digest_list_del") == "ok")
        let status = try machine.status()
        #expect(status.problems == ["missing", "parser"])
        #expect(status.parser?.lists == [])
        #expect(try machine.run("status").output.contains("no list of a parser is loaded\n"))
    }

    @Test("The parser's digest in another algorithm") func otherAlgorithm() throws {
        let machine = try Machine()
        machine.parser = try directory.write("another", to: "rpm_parser")
        let digest = try output(of: "sha512sum", machine.parser).prefix(128)
        let name = "1-parser_list-compact-other"
        try machine.lists.write(
            ListBlock(type: 0, algorithm: 6, [bytes(hexadecimal: digest)]).bytes, to: name)
        try machine.load(name)
        let status = try machine.status()
        #expect(status.well)
        #expect(status.parser?.lists == [Machine.parserList, name])
    }

    @Test("Lists with which nothing was done", arguments: ["0"]) func ignored(actions: String)
        throws
    {
        let machine = try Machine("--actions", actions)
        let status = try machine.status()
        #expect(status.problems == ["actions"])
        #expect(status.actions == .init(seen: [], weaker: [], ignored: [Machine.parserList]))
        let text = try machine.run("status").output
        #expect(
            text.contains("\n  ignored  \(Machine.parserList): neither measured nor appraised\n"))
        #expect(text.hasSuffix("verdict    not all is well: lists that IMA ignores\n"))
        // The kernel has loaded it itself.
        #expect(!text.contains("--renew"))
    }

    @Test("Lists with which less was done than with others") func weaker() throws {
        let machine = try Machine("--actions", "7")
        try machine.lists.write(.package(1), to: listName("a"))
        try machine.lists.write(.package(2), to: listName("b"))
        try machine.sync()
        #expect(try machine.status().actions?.seen == ["measured", "appraised", "signed"])
        // A kernel whose lists differ; the emulator's are all alike.
        let copy = try machine.copyInterface()
        for (label, actions) in [(listName("a"), 1), (listName("b"), 0)] {
            let name = try #require(
                try copy.names(in: "digest_lists_loaded").first { $0.hasSuffix("\(label).ascii") })
            let file = "digest_lists_loaded/\(name)"
            let view = String(decoding: try copy.bytes(of: file), as: UTF8.self)
            try copy.write(
                view.replacingOccurrences(of: "actions: 7", with: "actions: \(actions)"), to: file)
        }
        let status = try machine.status(at: copy.path)
        #expect(status.problems == ["actions"])
        #expect(
            status.actions
                == .init(
                    seen: ["measured", "appraised", "signed"],
                    weaker: [.init(label: listName("a"), lacks: ["appraised", "signed"])],
                    ignored: [listName("b")]))
        let text = try machine.run("status", [], at: copy.path).output
        #expect(text.contains("\n  weaker   \(listName("a")): not appraised or signed\n"))
        #expect(text.contains("'diglimctl upload --renew'"))
    }
}
