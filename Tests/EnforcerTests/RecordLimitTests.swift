import EnforcerProgram
import Testing

@testable import diglim_enforcer

/// Nobody fills the journal, and nothing is left out untold.
struct RecordLimitTests {
    private static let second: UInt64 = 1_000_000_000

    private func refusal(
        _ path: String, _ hook: enforcer_hook = ENFORCER_EXECUTION, enforced: Bool = true,
        digest: UInt8 = 1
    ) throws -> Refusal {
        try #require(
            enforcer_event(
                hook, ENFORCER_UNKNOWN, path: path,
                digest: [UInt8](repeating: digest, count: 32), enforced: enforced
            ).refusal)
    }

    @Test("The same once in a minute, with the number of what was left out")
    func same() throws {
        var limit = RecordLimit(now: 0)
        let refusal = try refusal("/x")
        #expect(limit.admit(refusal, now: 0) == 0)
        for time in 1..<60 { #expect(limit.admit(refusal, now: UInt64(time) * Self.second) == nil) }
        #expect(limit.admit(refusal, now: 60 * Self.second) == 59)
        #expect(limit.admit(refusal, now: 120 * Self.second) == 0)
        #expect(limit.omitted == 59)
    }

    @Test("Another file, content, hook or mode is not the same")
    func others() throws {
        var limit = RecordLimit(now: 0)
        let refusals = try [
            refusal("/x"), refusal("/y"), refusal("/x", digest: 2), refusal("/x", ENFORCER_MAPPING),
            refusal("/x", enforced: false),
        ]
        for refusal in refusals { #expect(limit.admit(refusal, now: 0) == 0) }
        for refusal in refusals { #expect(limit.admit(refusal, now: 60 * Self.second - 1) == nil) }
        #expect(limit.omitted == 5)
    }

    @Test("All together no more than a burst, and then twenty a second")
    func burst() throws {
        var limit = RecordLimit(now: 0)
        var told = 0
        for number in 0..<1000 where try limit.admit(refusal("/\(number)"), now: 0) != nil {
            told += 1
        }
        #expect(told == 200)
        #expect(limit.omitted == 800)
        #expect(try limit.admit(refusal("/a"), now: Self.second / 20 - 1) == nil)
        #expect(try limit.admit(refusal("/a"), now: Self.second / 20) == 801)
        #expect(try limit.admit(refusal("/b"), now: Self.second / 20) == nil)
        told = 0
        for number in 0..<1000
        where try limit.admit(refusal("/\(number)"), now: 3601 * Self.second) != nil { told += 1 }
        #expect(told == 200)
    }

    @Test("What was lost on the way counts too")
    func lost() throws {
        var limit = RecordLimit(now: 0)
        limit.leaveOut(7)
        #expect(try limit.admit(refusal("/x"), now: 0) == 7)
        #expect(try limit.admit(refusal("/y"), now: 0) == 0)
        #expect(limit.omitted == 7)
    }

    @Test("It remembers no more than so many, however many there are")
    func many() throws {
        var limit = RecordLimit(now: 0)
        var (told, now): (UInt64, UInt64) = (0, 0)
        for number in 0..<20_000 {
            now += Self.second / 20
            if let omitted = try limit.admit(refusal("/\(number)"), now: now) {
                told += 1 + omitted
            }
        }
        #expect(told == 20_000)
    }
}
