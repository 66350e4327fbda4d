import BlackBox
import Foundation
import Testing

/// What docs/threat-model.md says of the size of the trusted part is what is there.
@Suite(.needs(.parser, .emulator), .needsTracing, .needsBuiltTree)
struct TrustedTests {
    private func quoted() throws -> [Substring] {
        let text = try String(
            contentsOfFile: "\(WorkTree.path)/docs/threat-model.md", encoding: .utf8)
        let start = try #require(text.range(of: "```\nLines of Swift"))
        let end = try #require(text[start.upperBound...].range(of: "```"))
        return text[start.lowerBound..<end.lowerBound].split(separator: "\n").dropFirst().map(
            \.self)
    }

    private func told() throws -> [Substring] {
        let lists = try TemporaryDirectory()
        try lists.write(.package(1), to: listName("a"))
        return try output(
            of: "\(WorkTree.path)/scripts/trusted", Program.parser.path,
            "\(WorkTree.path)/.build/librpm/src", lists.path
        ).split(separator: "\n")
    }

    /// What depends on the compiler, or on the version of rpm, is told without its number.
    private func comparable(_ line: Substring) -> String {
        let depends = line.contains("bytes") || line.contains("librpm,")
        return depends ? String(line.replacing(/[0-9]+/, with: "#")) : String(line)
    }

    @Test("The threat model quotes what make trusted tells")
    func documentation() throws {
        #expect(try quoted().map(comparable) == told().map(comparable))
    }

    @Test("At most 2,500 lines of Swift are trusted")
    func size() throws {
        let line = try #require(try told().first { $0.hasSuffix("  in all") })
        #expect(try #require(Int(line.split(separator: " ")[0])) <= 2500)
    }
}
