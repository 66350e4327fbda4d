import BlackBox
import Testing

/// What `diglimctl predict` says, beside a recorded machine and the parser itself.
@Suite(.needs(.diglimctl), .needsCorpus, .needsRecordings)
struct PredictTests {
    private let lists: TemporaryDirectory
    private let scratch: TemporaryDirectory

    init() throws {
        lists = try TemporaryDirectory()
        scratch = try TemporaryDirectory()
        try Recording.writeLists(into: lists)
    }

    private func predict(_ arguments: [String], status: Int32 = 0) throws -> Outcome {
        let outcome = try Diglimctl.run(["predict", "--directory", lists.path] + arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        return outcome
    }

    private func result(_ arguments: String..., status: Int32 = 0) throws -> PredictResult {
        try predict(arguments + ["--json"], status: status).json(PredictResult.self)
    }

    @Test("The recorded log, byte for byte, and its registers") func recording() throws {
        let order = try scratch.write(
            Recording.compactLists.map { "\($0)\n" }.joined(), to: "order")
        let arguments = [
            "--policy", Recording.path("boot/policy"), "--compact-order", order, "--pcrs",
            Recording.path("boot/pcrs"),
        ]
        let log = try predict(arguments)
        #expect(Array(log.output.utf8) == (try Recording.bytes("boot/ascii_runtime_measurements")))
        #expect(log.errors.isEmpty)
        let recorded = Set(
            String(decoding: try Recording.bytes("boot/pcrs"), as: UTF8.self)
                .lowercased().split(separator: "\n"))
        let registers = try predict(arguments + ["--format", "pcrs"]).output.split(separator: "\n")
        #expect(registers.count == 4 && recorded.isSuperset(of: registers))
    }

    /// The uploads are what the parser gives the emulator, each right behind its list.
    @Test(.needs(.parser, .emulator), arguments: ["v2", "v3"])
    func uploads(_ abi: String) throws {
        // Compact lists are read by the kernel, and these have the numbers of v3.
        for name in Recording.compactLists { try lists.remove(name) }
        let emulator = try MountedEmulator("--abi", abi)
        try output(
            of: Program.parser.path, "--interface", emulator.directory, "add", lists.path)
        let log = try emulator.added()
        #expect(log.count == 128)
        let result = try result("--abi", abi, "--ima-policy", "diglim|critical_data")
        let uploads = result.entries.filter { $0.buffer != nil }
        #expect(uploads.map(\.digest) == log.map(\.digest))
        #expect(uploads.map(\.name) == log.map { "add_buffer_\($0.label)" })
        #expect(uploads.allSatisfy { $0.register == 10 && $0.template == "ima-buf" })
        for (first, second) in zip(result.entries, result.entries.dropFirst())
        where second.buffer != nil {
            #expect(first.name == "/etc/digest_lists/" + second.name.dropFirst(11))
        }
    }

    @Test(.needs(.parser, .emulator)) func largeList() throws {
        let large = try TemporaryDirectory()
        let name = listName("large")
        try large.write(.package(1, mutable: 140_000, immutable: 10), to: name)
        let emulator = try MountedEmulator()
        try output(
            of: Program.parser.path, "--interface", emulator.directory, "add", large.path)
        let outcome = try Diglimctl.run(
            "predict", "--directory", large.path, "--ima-policy", "critical_data", "--json")
        let digests = try outcome.json(PredictResult.self).entries.map(\.digest)
        #expect(digests.count == 3)
        #expect(try emulator.added().map(\.digest) == digests)
        let log = try scratch.write(
            try Diglimctl.run(
                "predict", "--directory", large.path, "--ima-policy", "critical_data"
            ).output, to: "log")
        #expect(try Diglimctl.run("replay", "--directory", large.path, log).status == 0)
    }

    @Test(arguments: ["ima-ng", "ima-sig", "ima-ngv2", "ima-sigv2"], ["sha256", "sha512"])
    func replayAgrees(_ template: String, _ algorithm: String) throws {
        let arguments = [
            "--ima-policy", "diglim|critical_data", "--template", template, "--algorithm",
            algorithm, "--bank", "sha384", "--bank", "sha512",
        ]
        let log = try scratch.write(predict(arguments).output, to: "log")
        let pcrs = try scratch.write(
            predict(arguments + ["--format", "pcrs"]).output, to: "pcrs")
        let outcome = try Diglimctl.run(
            "replay", "--json", "--directory", lists.path, "--pcrs", pcrs, log)
        #expect(outcome.status == 0)
        let result = try outcome.json(ReplayResult.self)
        #expect(result.meanings == ["list": 132, "added": 131])
        #expect(result.registers.count == 8)
        #expect(result.registers.allSatisfy { $0.agrees == true })
        let predicted = try predict(arguments + ["--json"]).json(PredictResult.self).registers
        #expect(predicted.map(\.value) == result.registers.map(\.value))
    }

    /// The first rule that matches decides.
    @Test(arguments: [
        ("", 0, 0), ("measure func=DIGEST_LIST_CHECK pcr=12 use_diglim", 132, 0),
        ("# all\nmeasure func=CRITICAL_DATA label=kernel_info|diglim", 0, 131),
        ("measure func=CRITICAL_DATA label=selinux", 0, 0),
        ("dont_measure func=DIGEST_LIST_CHECK\nmeasure func=DIGEST_LIST_CHECK", 0, 0),
        ("dont_measure fsmagic=0x9fa0\nmeasure func=DIGEST_LIST_CHECK use_diglim", 132, 0),
        ("measure func=DIGEST_LIST_CHECK uid=1000", 0, 0), ("measure uid=0", 132, 131),
        ("appraise func=DIGEST_LIST_CHECK appraise_type=imasig|modsig use_diglim", 0, 0),
        (
            "measure func=DIGEST_LIST_CHECK template=ima-sig use_diglim\n"
                + "measure func=CRITICAL_DATA label=diglim pcr=11", 132, 131
        ),
    ])
    func policies(_ policy: String, _ files: Int, _ uploads: Int) throws {
        let path = try scratch.write(policy + "\n", to: "policy")
        let entries = try result("--policy", path).entries
        #expect(entries.count { $0.buffer == nil } == files)
        #expect(entries.count { $0.buffer != nil } == uploads)
        if policy.contains("pcr=12") { #expect(entries.allSatisfy { $0.register == 12 }) }
        if policy.contains("ima-sig") {
            #expect(Set(entries.map(\.template)) == ["ima-sig", "ima-buf"])
        }
        let others = try result("--policy", path, "--pcr", "9").entries
        #expect(others.allSatisfy { $0.buffer != nil || $0.register == 9 })
    }

    @Test(arguments: ["measures", "measure pcr=24", "measure\nmeasure pcr=x"])
    func noPolicy(_ policy: String) throws {
        let path = try scratch.write(policy, to: "policy")
        let outcome = try predict(["--policy", path], status: 1)
        let line = policy.contains("\n") ? 2 : 1
        #expect(outcome.output.isEmpty && outcome.errors.contains("policy: line \(line): '"))
    }

    /// What makes the prediction uncertain is told.
    @Test func doubts() throws {
        #expect(try predict(["--ima-policy", "tcb|diglim"]).errors.contains("tcb measures"))
        let path = try scratch.write(
            "measure func=DIGEST_LIST_CHECK obj_type=x\nmeasure func=BPRM_CHECK pcr=13",
            to: "policy")
        let errors = try predict(["--policy", path]).errors
        #expect(errors.contains("without use_diglim"))
        #expect(errors.contains("'obj_type=x' is taken to be fulfilled"))
        #expect(errors.contains("in register 13 are left out"))
        for name in Recording.compactLists { try lists.remove(name) }
        #expect(try predict([]).errors.contains("no list of a parser"))
    }

    @Test func path() throws {
        let names = try result("--path", "/usr/lib/digest lists/").entries.map(\.name)
        #expect(names.count == 132)
        #expect(names.allSatisfy { $0.hasPrefix("/usr/lib/digest_lists/0-") })
    }

    /// A broken list was opened, and so measured, before it was refused.
    @Test func brokenList() throws {
        let name = listName("broken")
        try lists.write("\u{8e}", to: name)
        let result = try result("--ima-policy", "diglim|critical_data", status: 1)
        #expect(result.entries.contains { $0.name == "/etc/digest_lists/\(name)" })
        #expect(!result.entries.contains { $0.name == "add_buffer_\(name)" })
        #expect(result.failures.map(\.file) == [lists.path(name)])
    }

    /// The kernel reads no compact list after one that it refuses.
    @Test func brokenCompactList() throws {
        try lists.write([1, 0, 9], to: "0-file_list-compact-a")
        let broken = try result("--ima-policy", "diglim|critical_data", status: 1)
        #expect(broken.entries.first?.name == "/etc/digest_lists/0-file_list-compact-a")
        #expect(broken.entries.count == 1 + 129 + 128)
        try lists.write(
            lists.bytes(of: Recording.compactLists[0]), to: "0-file_list-compact-a")
        let twice = try result(status: 1)
        #expect(twice.entries.count == 2 + 129)
        #expect(twice.failures.first?.error.contains("the same list") == true)
    }

    @Test func otherOrder() throws {
        func order(_ names: some Sequence<String>, status: Int32) throws -> Outcome {
            let path = try scratch.write(
                names.map { "/etc/digest_lists/\($0)\n" }.joined(), to: "order")
            return try predict(["--compact-order", path], status: status)
        }
        let names = Recording.compactLists
        let lines = try order(names.reversed(), status: 0).output.split(separator: "\n")
        #expect(
            lines.prefix(3).map { String($0.split(separator: "/").last ?? "") }
                == names.reversed())
        for wrong in [Array(names.dropLast()), names + [names[0]], names + ["x"]] {
            #expect(try order(wrong, status: 1).errors.contains("--compact-order"))
        }
    }
}
