import BlackBox
import Testing

/// What rpmlint says of the spec and of the packages.
@Suite(.needsInstalled("rpmlint"), .needsStripping, .needsBuiltTree)
struct LintTests {
    /// What is meant to be so, or is for whoever publishes the packages.
    private static let accepted: Set = [
        // The publisher adds these.
        "invalid-url", "no-changelogname-tag", "no-packager-tag", "no-signature", "no-url-tag",
        // Of old rules that the configuration of Debian's rpmlint still has.
        "invalid-license", "manpage-not-compressed", "no-buildroot-tag", "no-group-tag",
        "no-manual-page-for-binary",
        // dracut has its modules there on all architectures.
        "hardcoded-library-path",
        // Foundation's, in the tools; nothing of theirs calls it.
        "call-to-mktemp",
        // What the kernel starts at boot has nothing to load, and the parser may not.
        "statically-linked-binary",
        // Each list goes with the program of its package.
        "non-conffile-in-etc",
        // The macros are read before there is a list of sources.
        "use-of-RPM_SOURCE_DIR",
        // Subpackages are of one build.
        "requires-on-release",
        // The macros: their documentation is in another package, and rpm wants them there.
        "no-documentation", "only-non-binary-in-usr-lib",
    ]

    @Test("Nothing but what is meant to be so")
    func lint() throws {
        let build = try SpecBuild.packages.get()
        let outcome = try runProgram("rpmlint", build.files.values.sorted() + [SpecBuild.spec])
        let remarks = outcome.output.matches(of: /(?m)^\S+: [WE]: (\S+).*$/)
        #expect(!remarks.isEmpty)
        for remark in remarks where !Self.accepted.contains(String(remark.1)) {
            Issue.record("\(remark.0)")
        }
    }
}
