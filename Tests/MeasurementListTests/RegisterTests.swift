import DigestList
import MeasurementList
import Testing

/// What goes into registers, and how their values are read.
@Suite struct RegisterTests {
    private let hashers = Hashers()
    private static let zeros = String(repeating: "00", count: 20)

    private func entry(_ digest: [UInt8]) -> MeasurementEntry {
        MeasurementEntry(
            register: 11, digest: digest, template: Template("ima-ng".utf8), data: [1, 2])
    }

    private func value(_ bytes: [UInt8]) -> [Int: [UInt8]?] {
        [11: hashers.digest(of: [UInt8](repeating: 0, count: 32) + bytes, .sha256)]
    }

    @Test func violation() {
        let violation = entry([UInt8](repeating: 0, count: 20))
        #expect(violation.isViolation)
        var bank = RegisterBank(.sha256, hashers: hashers)
        bank.extend(by: violation, of: .sha1)
        #expect(bank.values == value([UInt8](repeating: 0xff, count: 32)))
        var padded = RegisterBank(.sha256, isPadded: true, hashers: hashers)
        padded.extend(by: violation, of: .sha1)
        let half = [UInt8](repeating: 0xff, count: 20) + [UInt8](repeating: 0, count: 12)
        #expect(padded.values == value(half))
    }

    /// Kernels before 5.8 extended all banks with SHA-1.
    @Test func padded() throws {
        let digest = try #require(hashers.digest(of: [1, 2], .sha1))
        var bank = RegisterBank(.sha256, isPadded: true, hashers: hashers)
        bank.extend(by: entry(digest), of: .sha1)
        #expect(bank.values == value(digest + [UInt8](repeating: 0, count: 12)))
    }

    @Test func startsFromValues() {
        let start = [UInt8](repeating: 5, count: 32)
        var bank = RegisterBank(.sha256, from: [11: start], hashers: hashers)
        bank.extend(by: entry([1]), of: .sha256)
        #expect(bank.values == [11: hashers.digest(of: start + [1], .sha256)])
        var other = RegisterBank(.sha256, hashers: hashers)
        var late = entry([1])
        late.register = 17
        other.extend(by: late, of: .sha256)
        let ones = [UInt8](repeating: 0xff, count: 32)
        #expect(other.values == [17: hashers.digest(of: ones + [1], .sha256)])
    }

    @Test func reading() throws {
        let lines = "sha1 3 \(Self.zeros)\n\nsha1 4 \(Self.zeros.replacing("0", with: "A"))\n"
        let values = try RegisterValues(Array(lines.utf8))
        #expect(
            values.banks == [
                .sha1: [
                    3: [UInt8](repeating: 0, count: 20), 4: [UInt8](repeating: 0xaa, count: 20),
                ]
            ])
    }

    @Test(arguments: [
        "sha1 3", "sha9 3 \(zeros)", "sha256 3 \(zeros)", "sha1 24 \(zeros)", "sha1 x \(zeros)",
        "sha1 3 \(zeros)0", "sha1 3 \(zeros) x", "sha1 -1 \(zeros)",
        "sha1 3 \(zeros)\nsha1 3 \(zeros.replacing("0", with: "1"))",
    ])
    func noRegisters(_ text: String) {
        #expect(throws: RegisterValues.LineError.self) { try RegisterValues(Array(text.utf8)) }
    }
}
