import Testing

@testable import diglim_enforcer

/// Times on the command line, and modes as they are written to the file.
struct OptionTests {
    private static let century: UInt64 = 100 * 365 * 24 * 3600

    @Test(
        arguments: [
            ("90", 90), ("30s", 30), ("1sec", 1), ("10min", 600), ("10m", 600), ("2h", 7200),
            ("1d", 86400), ("3153600000", century), ("36500d", century),
        ] as [(String, UInt64)])
    func times(text: String, seconds: UInt64) { #expect(Options.seconds(text) == seconds) }

    @Test(
        arguments: [
            "", "s", "0", "0h", "-1", "1.5h", "1 h", " 1h", "1h ", "1H", "1hs", "1w", "h1", "१h",
            "3153600001", "36501d", "18446744073709551615d", "99999999999999999999",
        ])
    func noTimes(text: String) { #expect(Options.seconds(text) == nil) }

    @Test(
        arguments: [
            ("audit", ModeRequest(.audit, for: nil)), ("audit\n", ModeRequest(.audit, for: nil)),
            ("enforce", ModeRequest(.enforce, for: nil)),
            ("enforce 1\n", ModeRequest(.enforce, for: 1)),
            ("enforce 3153600000", ModeRequest(.enforce, for: century)),
        ])
    func requests(text: String, request: ModeRequest) {
        #expect(ModeRequest(Array(text.utf8)) == request)
        // What is asked for on the command line is written so.
        #expect(ModeRequest(Array(request.text.utf8)) == request)
    }

    @Test(
        arguments: [
            "", "\n", "none", "Audit", "audit\n\n", " audit", "audit ", "audit 10", "enforce ",
            "enforce  1", "enforce 1 ", "enforce 0", "enforce -1", "enforce +", "enforce 1s",
            "enforce 1 1", "enforce 3153600001", "enforce 99999999999999999999", "enforce\u{0}",
            "enforce\n1",
        ])
    func noRequests(text: String) { #expect(ModeRequest(Array(text.utf8)) == nil) }
}
