import DigestList
import Foundation
import RandomNumbers
import Testing

/// The parts of a name as text.
struct NameParts: Equatable {
    var position: String
    var type: ListType
    var format: String
    var name: String

    /// What the library says.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let name = ListName(bytes.span.bytes) else { return nil }
        position = String(decoding: bytes[name.position], as: UTF8.self)
        type = name.type
        format = String(decoding: bytes[name.format], as: UTF8.self)
        self.name = String(decoding: bytes[name.name], as: UTF8.self)
    }

    /// What a regular expression says.
    init?(matching text: String) throws {
        let pattern = "^([0-9]+)-(parser|file|metadata)_list-([^-]+)-(.+)$"
        let expression = try NSRegularExpression(
            pattern: pattern, options: [.dotMatchesLineSeparators])
        let whole = NSRange(text.startIndex..., in: text)
        guard let match = expression.firstMatch(in: text, range: whole) else { return nil }
        let groups = (1...4).compactMap { Range(match.range(at: $0), in: text) }
            .map { String(text[$0]) }
        let types = ["parser": ListType.parser, "file": .file, "metadata": .metadata]
        guard groups.count == 4, let type = types[groups[1]] else { return nil }
        position = groups[0]
        self.type = type
        format = groups[2]
        name = groups[3]
    }
}

@Suite("File names of lists") struct ListNameTests {
    @Test(
        "A list's name is taken apart",
        arguments: [
            (
                "0-file_list-rpm-bash-5.1.8-1.fc35.x86_64", "0", ListType.file, "rpm",
                "bash-5.1.8-1.fc35.x86_64"
            ),
            ("0-parser_list-compact-rpm_parser", "0", .parser, "compact", "rpm_parser"),
            ("007-metadata_list-x-y", "007", .metadata, "x", "y"),
            ("12-file_list-rpm--", "12", .file, "rpm", "-"),
            (
                "99999999999999999999999-file_list-rpm-a", "99999999999999999999999", .file,
                "rpm", "a"
            ),
        ])
    func good(name: String, position: String, type: ListType, format: String, rest: String) {
        let parts = NameParts(name)
        #expect(parts?.position == position)
        #expect(parts?.type == type)
        #expect(parts?.format == format)
        #expect(parts?.name == rest)
    }

    @Test(
        "Other names are not of lists",
        arguments: [
            "", "-", "--", "---", "0-file_list-rpm-", "0-file_list-rpm", "0-file_list--a",
            "-file_list-rpm-a", "0-file_list", "a-file_list-rpm-a", "0x1-file_list-rpm-a",
            "+1-file_list-rpm-a", " 0-file_list-rpm-a", "0 -file_list-rpm-a", "0-file-rpm-a",
            "0-file_lists-rpm-a", "0-file_lis-rpm-a", "0-File_list-rpm-a", "0-key_list-rpm-a",
            "0-_list-rpm-a", "0--rpm-a", ".immutable", "0-file_list-rpm\u{2010}a",
            "\u{661}-file_list-rpm-a", "/-file_list-rpm-a", ":-file_list-rpm-a",
        ])
    func bad(name: String) { #expect(NameParts(name) == nil) }

    @Test("Random names are taken apart as by a regular expression")
    func random() throws {
        var random = SplitMix64(seed: 1)
        let pieces = [
            "0", "1", "42", "-", "-", "-", "file_list", "parser_list", "metadata_list", "rpm",
            "compact", "a", "_list", "file", "é", " ", "/",
        ]
        var accepted = 0
        for _ in 0..<20000 {
            let length = Int.random(in: 0...9, using: &random)
            var text = (0..<length).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            if Bool.random(using: &random) { text = "0-file_list-" + text }
            let parts = NameParts(text)
            #expect(try parts == NameParts(matching: text), "\(text)")
            if parts != nil { accepted += 1 }
        }
        #expect(accepted > 1000)
    }

    @Test(
        "The format is compared whole",
        arguments: ["rp", "rpms", "Rpm", "pm", "", "compact", "rpm"])
    func formats(text: String) throws {
        let name = Array("0-file_list-\(text)x-rpm".utf8)
        guard let parsed = ListName(name.span.bytes) else { throw NotAList() }
        let isRPM = parsed.hasFormat("rpm", in: name.span.bytes)
        let isNamed = parsed.hasFormat("rpmx", in: name.span.bytes)
        #expect(!isRPM)
        #expect(isNamed == (text == "rpm"))
    }

    private struct NotAList: Error {}
}
