import DigestList
import MeasurementList
import Testing

/// Entries of all templates, built byte by byte as the kernel's sources say.
@Suite struct TemplateTests {
    private let hashers = Hashers()
    private static let digest = Array("sha256:".utf8) + [0] + [UInt8](repeating: 0xab, count: 32)
    private static let name = Array("/usr/bin/a".utf8) + [0]
    private static let hex = String(repeating: "ab", count: 32)

    static let templates: [(String, [[UInt8]], String)] = [
        ("ima-ng", [digest, name], "sha256:\(hex) /usr/bin/a"),
        ("d-ng|n-ng", [digest, name], "sha256:\(hex) /usr/bin/a"),
        ("ima-sig", [digest, name, []], "sha256:\(hex) /usr/bin/a "),
        ("ima-sig", [digest, name, [3, 2, 4]], "sha256:\(hex) /usr/bin/a 030204"),
        ("ima-buf", [digest, name, [1, 0]], "sha256:\(hex) /usr/bin/a 0100"),
        (
            "ima-modsig", [digest, name, [], digest, [0x30]],
            "sha256:\(hex) /usr/bin/a  sha256:\(hex) 30"
        ),
        ("ima-ngv2", [Array("ima:".utf8) + digest, name], "ima:sha256:\(hex) /usr/bin/a"),
        (
            "ima-sigv2", [Array("verity:".utf8) + digest, name, [3]],
            "verity:sha256:\(hex) /usr/bin/a 03"
        ),
        (
            "evm-sig",
            [
                digest, name, [5], Array("security.ima".utf8) + [0], [4, 0], [3, 4],
                [232, 3, 0, 0],
                [0, 0, 0, 0], [0xed, 0x81],
            ], "sha256:\(hex) /usr/bin/a 05 security.ima 0400 0304 1000 0 33261"
        ),
    ]

    @Test(arguments: templates)
    func lineAndBytes(_ name: String, _ values: [[UInt8]], _ fields: String) throws {
        let data = values.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.count >> (8 * $0)) } + value
        }
        let digest = try #require(hashers.digest(of: data, .sha1))
        let binary =
            [10, 0, 0, 0] + digest + [UInt8(name.utf8.count), 0, 0, 0] + Array(name.utf8)
            + (0..<4).map { UInt8(truncatingIfNeeded: data.count >> (8 * $0)) } + data
        let log = MeasurementLog(binary, hashers: hashers)
        let entry = try #require(log.entries.first)
        #expect(log.failure == nil && log.bank == .sha1)
        #expect(entry.data.map(Array.init) == data)
        #expect(entry.event?.name == Array("/usr/bin/a".utf8))
        #expect(entry.event?.algorithm == .sha256)
        let digits = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let line = "10 \(digits) \(name) \(fields)\n"
        #expect(entry.line == Array(line.utf8))
        let text = MeasurementLog(Array(line.utf8), hashers: hashers)
        #expect(text.entries == [entry] && text.isText)
    }

    /// The oldest template: no lengths, and a name that is filled up for the digest alone.
    @Test func oldest() throws {
        let file = [UInt8](repeating: 7, count: 20)
        let name = Array("/init".utf8)
        let data = file + name + [UInt8](repeating: 0, count: 256 - name.count)
        let digest = try #require(hashers.digest(of: data, .sha1))
        let binary =
            [9, 0, 0, 0] + digest + [3, 0, 0, 0] + Array("ima".utf8) + file + [5, 0, 0, 0]
        let log = MeasurementLog(binary + name, hashers: hashers)
        let entry = try #require(log.entries.first)
        #expect(log.failure == nil && entry.data.map(Array.init) == data)
        #expect(entry.event?.algorithm == .sha1 && entry.event?.name == name)
        #expect(hashers.agree(on: entry, .sha1))
        let line = try #require(entry.line)
        #expect(line.starts(with: Array(" 9 ".utf8)))
        #expect(MeasurementLog(line, hashers: hashers).entries == [entry])
        #expect(entry.binary == binary + name)
    }

    @Test(arguments: [
        "10 00 ima-ng", "10", "x", "1  ", "24 \(hex) ima-ng sha256:\(hex) /a",
        "1 \(hex) ima-ng sha256:\(hex) /a", "01 \(hex) ima-ng sha256:\(hex) /a",
        " 10 \(hex) ima-ng sha256:\(hex) /a", "10 \(hex.uppercased()) ima-ng sha256:\(hex) /a",
        "10 \(hex) ima-ng sha256:\(hex)", "10 \(hex) ima-ng sha256:\(hex) /a b",
        "10 \(hex) ima-ng sha256:\(hex)0 /a", "10 \(hex)  sha256:\(hex) /a",
        "99999999999999999999 \(hex) ima-ng sha256:\(hex) /a",
    ])
    func noLine(_ text: String) {
        let log = MeasurementLog(Array("\(text)\n".utf8), hashers: hashers)
        #expect(log.failure?.place == (log.isText ? 1 : 0) && log.entries.isEmpty)
    }

    /// What nobody knows the fields of can still be extended, where its bytes are there.
    @Test func unknownTemplate() throws {
        let data: [UInt8] = [1, 2, 3]
        let digest = try #require(hashers.digest(of: data, .sha1))
        let binary =
            [10, 0, 0, 0] + digest + [3, 0, 0, 0] + Array("new".utf8) + [3, 0, 0, 0] + data
        let log = MeasurementLog(binary, hashers: hashers)
        #expect(log.failure == nil && log.entries.first?.event == nil)
        var bank = RegisterBank(.sha256, hashers: hashers)
        for entry in log.entries { bank.extend(by: entry, of: log.bank) }
        let start = [UInt8](repeating: 0, count: 32)
        let value = hashers.digest(of: start + (hashers.digest(of: data, .sha256) ?? []), .sha256)
        #expect(bank.values == [10: value])
        let digits = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let text = MeasurementLog(Array("10 \(digits) new 010203\n".utf8), hashers: hashers)
        #expect(text.failure == nil && text.entries.count == 1)
        bank.extend(by: text.entries[0], of: .sha1)
        #expect(bank.values == [10: nil])
    }
}
