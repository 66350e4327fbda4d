import EnforcerProgram
import Testing

@testable import diglim_enforcer

/// What the programs say, in words.
struct RefusalTests {
    private static let digest = [UInt8](repeating: 0xab, count: 32)
    private static let digits = String(repeating: "ab", count: 32)

    @Test(
        arguments: [
            (ENFORCER_EXECUTION, "execute"), (ENFORCER_MAPPING, "map as code"),
            (ENFORCER_MPROTECT, "make code of"), (ENFORCER_MODULE, "load the module"),
            (ENFORCER_FIRMWARE, "load the firmware"), (ENFORCER_KEXEC, "boot into"),
            (ENFORCER_POLICY, "load the policy"), (ENFORCER_OTHER, "have the kernel read"),
        ])
    func hooks(hook: enforcer_hook, action: String) throws {
        for enforced in [true, false] {
            let event = enforcer_event(
                hook, ENFORCER_UNKNOWN, path: "/opt/x", digest: Self.digest, enforced: enforced)
            let refusal = try #require(event.refusal)
            #expect(
                refusal.message
                    == "\(enforced ? "refused" : "would refuse") to \(action) /opt/x: its digest "
                    + "sha256-\(Self.digits) is in no digest list that counts")
            #expect(refusal.isEnforced == enforced)
            #expect(refusal.digest == "sha256-\(Self.digits)")
        }
    }

    @Test(
        "The words of the journal",
        arguments: [
            (ENFORCER_EXECUTION, "execution"), (ENFORCER_MAPPING, "mapping"),
            (ENFORCER_MPROTECT, "mprotect"), (ENFORCER_MODULE, "module"),
            (ENFORCER_FIRMWARE, "firmware"), (ENFORCER_KEXEC, "kexec"),
            (ENFORCER_POLICY, "policy"), (ENFORCER_OTHER, "other"),
        ])
    func hookWords(hook: enforcer_hook, word: String) {
        #expect(
            enforcer_event(hook, ENFORCER_UNKNOWN, path: "/").refusal.map { "\($0.hook)" } == word)
    }

    @Test(
        arguments: [
            (ENFORCER_UNKNOWN, "unknown", "its digest ? is in no digest list that counts"),
            (
                ENFORCER_BEING_WRITTEN, "being-written",
                "somebody can still change it, or has just done so"
            ),
            (
                ENFORCER_UNVERIFIABLE, "unverifiable",
                "it is where its content may change unnoticed, or has no digest"
            ),
            (ENFORCER_NO_FILE, "no-file", "there is no file that could have a digest"),
        ])
    func reasons(reason: enforcer_reason, word: String, text: String) throws {
        let refusal = try #require(enforcer_event(ENFORCER_MAPPING, reason, path: "/x").refusal)
        #expect(refusal.reason.word == word)
        #expect(refusal.message == "refused to map as code /x: \(text)")
        #expect(refusal.digest == nil)
    }

    @Test("What has no file, and what was no code before")
    func specialCases() {
        #expect(
            enforcer_event(ENFORCER_MODULE, ENFORCER_NO_FILE, path: "").refusal?.message
                == "refused to load the module what comes from memory: there is no file that could "
                + "have a digest")
        #expect(
            enforcer_event(ENFORCER_MPROTECT, ENFORCER_UNVERIFIABLE, path: "/x").refusal?.message
                == "refused to make code of /x: it was not mapped as code before, and no digest of "
                + "it is known by now")
    }

    @Test("Names are shown without what a terminal would obey, and end where their field does")
    func names() throws {
        let refusal = try #require(
            enforcer_event(ENFORCER_EXECUTION, ENFORCER_UNKNOWN, path: "/a\u{1b}[2J\n").refusal)
        #expect(refusal.process.number == 123)
        #expect(refusal.parent.number == 45)
        #expect(refusal.parent.name == "0123456789abcdef")
        #expect(refusal.path.bytes == Array("/a\u{1b}[2J\n".utf8))
        for text in [refusal.message, refusal.process.name] {
            #expect(!text.utf8.contains { $0 < 0x20 })
        }
    }

    @Test(
        "The unit is the innermost group that is one",
        arguments: [
            (["sshd.service", "system.slice"], "sshd.service"),
            (["inner", "user@0.service", "user-0.slice", "user.slice"], "user@0.service"),
            (["session-1.scope", "user-0.slice"], "session-1.scope"), (["system.slice"], nil),
            ([], nil),
        ])
    func units(groups: [String], unit: String?) {
        let event = enforcer_event(ENFORCER_EXECUTION, ENFORCER_UNKNOWN, path: "/", groups: groups)
        #expect(event.refusal?.unit == unit)
    }

    @Test("What no program of this version says is none")
    func unknown() {
        var event = enforcer_event(ENFORCER_EXECUTION, ENFORCER_UNKNOWN, path: "/")
        event.hook = 8
        #expect(event.refusal == nil)
        event.hook = 0
        for reason: UInt32 in [0, 5] {
            event.reason = reason
            #expect(event.refusal == nil)
        }
        event.reason = 1
        event.digest_size = 32
        event.algorithm = 99
        #expect(event.refusal?.digest == nil)
    }
}
