import BlackBox
import Testing

/// librpm may end the process that it is called in: no verdict on anything else is lost.
@Suite(.needs(.diglimctl), .enabled(if: SignedPackage.isPossible, "no rpmbuild, rpmsign or gpg"))
struct VerifyProcessTests {
    private let directory: TemporaryDirectory
    private let harmless: SigningKey
    private let hostile: SigningKey

    init() throws {
        directory = try TemporaryDirectory()
        harmless = try SigningKey()
        hostile = try SigningKey()
    }

    private func keyring() throws -> String {
        let keys = try [harmless, hostile].flatMap { try $0.exported(armored: false) }
        return try directory.write(keys, to: "keyring")
    }

    @Test func endAtASignature() throws {
        let librpm = try LibrpmThatEnds(
            """
            int rpmKeyringVerifySig(void *keyring, void *signature, void *digest)
            {
                const uint8_t id[] = { \(LibrpmThatEnds.array(try hostile.keyIDs[0])) };
                if (!memcmp(pgpDigParamsSignID(signature), id, sizeof(id)))
                    abort();
                return ORIGINAL(rpmKeyringVerifySig)(keyring, signature, digest);
            }
            """)
        let good = try SignedPackage(by: harmless)
        let other = try SignedPackage(by: hostile)
        let nowhere = directory.path("nowhere")
        let paths = [other.list, good.list, nowhere, other.list, other.list, good.list, other.list]
        let arguments = ["--keyring", try keyring()] + paths
        #expect(try Diglimctl.run(["verify"] + arguments).output.split(separator: "\n").count == 6)
        let outcome = try librpm.run(["verify", "--json"] + arguments)
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.count == 1)
        let results = try outcome.json([VerifiedResult].self)
        #expect(results.map(\.file) == paths)
        let verdicts = [other.list: "unverifiable", good.list: "good", nowhere: "unreadable"]
        #expect(results.map(\.verdict) == paths.map { verdicts[$0] })
        let text = try librpm.run(["verify", "--keyring", keyring(), other.list]).output
        #expect(
            text == """
                \(other.list): cannot be verified by this librpm: it ended (signal 6) at this \
                signature

                """)
    }

    @Test func endAtAKey() throws {
        let librpm = try LibrpmThatEnds(
            """
            void *rpmPubkeyNew(const uint8_t *packets, size_t size)
            {
                const uint8_t id[] = { \(LibrpmThatEnds.array(try hostile.keyIDs[0])) };
                if (memmem(packets, size, id, sizeof(id)))
                    _Exit(3);
                return ORIGINAL(rpmPubkeyNew)(packets, size);
            }
            """)
        let good = try SignedPackage(by: harmless)
        let outcome = try librpm.run(["verify", "--keyring", keyring(), good.list])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains(": good, "))
        #expect(
            outcome.errors
                == "diglimctl: \(directory.path("keyring")): warning: key 2: librpm ended (status 3)"
                + " at it\n")
        let armored = try LibrpmThatEnds(
            "int pgpParsePkts(const char *text, uint8_t **packets, size_t *size) { abort(); }")
        let key = try directory.write(harmless.exported(), to: "armored")
        let none = try armored.run(["verify", "--keyring", key, good.list])
        #expect(none.status == 1)
        #expect(none.errors == "diglimctl: \(key): librpm ended (signal 6) at this file\n")
    }

    /// Only `verify` has librpm look at signatures: nothing in one is anything to another command.
    @Test(.needsCorpus) func otherCommandsReadNoSignatures() throws {
        let librpm = try LibrpmThatEnds(
            """
            int pgpPrtParams(void *a, size_t b, unsigned int c, void **d) { abort(); }
            int pgpPrtParams2(void *a, size_t b, unsigned int c, void **d, void *e) { abort(); }
            int pgpPrtPkts(void *a, size_t b, void *c, int d) { abort(); }
            """)
        let package = try SignedPackage(by: harmless)
        let lists = directory.path("lists")
        #expect(
            try librpm.run(["verify", "--keyring", keyring(), package.list]).status == 1)
        #expect(try librpm.run(["show", package.list]).status == 0)
        #expect(try librpm.run(["generate", "--output", lists, package.path]).status == 0)
        let database = ["--rpmdb", "--dbpath", Corpus.database]
        #expect(try librpm.run(["generate", "--output", lists] + database).status == 0)
        #expect(try directory.names(in: "lists").count == 130)
    }
}
