import BlackBox
import CheckedReading
import Foundation
import MeasurementList
import RandomNumbers
import Testing

/// What `diglimctl replay` tells of a log and the registers.
@Suite(.needs(.diglimctl), .needsRecordings)
struct ReplayTests {
    private let directory: TemporaryDirectory
    private static let log = "boot/binary_runtime_measurements"

    init() throws { directory = try TemporaryDirectory() }

    private func replay(
        _ arguments: [String], status: Int32
    ) throws -> ReplayResult {
        let outcome = try Diglimctl.run(["replay", "--json"] + arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        let result = try outcome.json(ReplayResult.self)
        #expect(result.good == (status == 0))
        return result
    }

    @Test(arguments: [
        (log, "boot/pcrs", 4, "binary"),
        ("boot/ascii_runtime_measurements", "boot/pcrs", 4, "text"),
        ("boot-and-reload/binary_runtime_measurements", "boot-and-reload/pcrs", 4, "binary"),
        ("ibmtss/sha1.log", "ibmtss/pcrs", 2, "binary"),
        ("ibmtss/sha256.log", "ibmtss/pcrs", 2, "binary"),
    ])
    func recordings(_ log: String, _ pcrs: String, _ count: Int, _ form: String) throws {
        let result = try replay(
            ["--pcrs", Recording.path(pcrs), Recording.path(log)], status: 0)
        #expect(result.registers.count == count)
        #expect(result.registers.allSatisfy { $0.agrees == true && !$0.padded })
        #expect(result.logs.map(\.form) == [form] && result.fromStart)
        #expect(result.entries.allSatisfy { $0.problems.isEmpty && !$0.duplicate })
        let text = try Diglimctl.run(
            "replay", "--pcrs", Recording.path(pcrs), Recording.path(log))
        #expect(text.status == 0 && text.output.contains("all is as it should be"))
    }

    /// Registers that were read before the log, or are of another machine.
    @Test func otherRegisters() throws {
        let result = try replay(
            [
                "--pcrs", Recording.path("boot/pcrs"),
                Recording.path("boot-and-reload/binary_runtime_measurements"),
            ], status: 1)
        #expect(result.problems == ["registers"])
        #expect(result.registers.map(\.agrees) == [true, false, true, false])
        #expect(result.registers.map(\.agreedAfter) == [1, 133, 1, 133])
    }

    /// The files that the kernel has for a TPM.
    @Test func registersOfTheKernel() throws {
        let lines = String(decoding: try Recording.bytes("boot/pcrs"), as: UTF8.self)
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ")
            try directory.makeDirectory("tpm0/pcr-\(words[0])")
            try directory.write("\(words[2])\n", to: "tpm0/pcr-\(words[0])/\(words[1])")
        }
        let log = Recording.path(Self.log)
        let both = try replay(["--pcrs", directory.path("tpm0"), log], status: 0)
        #expect(both.registers.count == 4)
        let one = try replay(["--pcrs", directory.path("tpm0/pcr-sha256"), log], status: 0)
        #expect(one.registers.map(\.bank) == ["sha256", "sha256"])
        #expect(one.entries[0].meaning == "boot_aggregate")
        try directory.write("00\n", to: "tpm0/pcr-sha256/11")
        let broken = try Diglimctl.run("replay", "--pcrs", directory.path("tpm0"), log)
        #expect(broken.status == 1 && broken.errors.contains("pcr-sha256/11: not a value"))
    }

    @Test func registersThatTheLogLacks() throws {
        let value = String(repeating: "ab", count: 32)
        let text = String(decoding: try Recording.bytes("boot/pcrs"), as: UTF8.self)
        let pcrs = try directory.write(text + "sha256 12 \(value)\n", to: "pcrs")
        let log = Recording.path(Self.log)
        let result = try replay(["--pcrs", pcrs, log], status: 1)
        #expect(result.registers.last?.reason == "the log does not extend it")
        _ = try replay(["--pcrs", pcrs, "--pcr", "10", "--pcr", "11", log], status: 0)
        let unknown = try replay(["--pcrs", pcrs, "--pcr", "13", log], status: 1)
        #expect(unknown.registers.allSatisfy { $0.agrees == false })
    }

    @Test func changedEntry() throws {
        var bytes = try Recording.bytes(Self.log)
        bytes[80] ^= 1
        let log = try directory.write(bytes, to: "log")
        let result = try replay([log], status: 1)
        #expect(result.problems == ["entries"])
        #expect(result.entries[0].problems == ["template_digest"])
        let text = try Diglimctl.run("replay", log)
        #expect(text.output.contains("1: register 10, ima-ng, boot_aggregate"))
    }

    /// Whoever has the registers can tell what the first entry has to be.
    @Test func otherBootAggregate() throws {
        let text = String(decoding: try Recording.bytes("boot/pcrs"), as: UTF8.self)
        let zeros = String(repeating: "0", count: 64)
        let pcrs = try directory.write(
            text.replacing(/sha256 8 0+/, with: "sha256 8 1\(zeros.dropFirst())"), to: "pcrs")
        let result = try replay(["--pcrs", pcrs, Recording.path(Self.log)], status: 1)
        #expect(result.problems == ["entries"])
        #expect(result.entries[0].problems == ["boot_aggregate"])
    }

    @Test func truncated() throws {
        let log = try directory.write(
            Array(try Recording.bytes(Self.log).prefix(3000)), to: "log")
        let result = try replay(["--pcrs", Recording.path("boot/pcrs"), log], status: 1)
        #expect(result.problems == ["log", "registers"])
        #expect(result.logs[0].error == "byte 2932: the log ends within an entry")
        #expect(result.entries.count == 20)
    }

    /// A log that was cut off at the front, and what was cut off.
    @Test func parts() throws {
        let entries = MeasurementLog(try Recording.bytes(Self.log), hashers: Hashers()).entries
        let front = try directory.write(entries[..<50].flatMap { $0.binary ?? [] }, to: "front")
        let back = try directory.write(entries[50...].flatMap { $0.line ?? [] }, to: "back")
        let pcrs = Recording.path("boot/pcrs")
        let whole = try replay(["--pcrs", pcrs, front, back], status: 0)
        #expect(whole.logs.map(\.form) == ["binary", "text"])
        let cut = try replay(["--pcrs", pcrs, "--pcr", "11", back], status: 1)
        #expect(!cut.fromStart && cut.problems == ["registers"])
        let lines = try replay([front], status: 0).registers.map {
            "\($0.bank) \($0.register) \($0.value ?? "")\n"
        }
        let from = try directory.write(lines.joined(), to: "from")
        let rest = try replay(["--pcrs", pcrs, "--pcr", "11", "--from", from, back], status: 0)
        #expect(rest.registers.allSatisfy { $0.agrees == true } && rest.fromStart)
    }

    /// Kernels before 5.8 extend every bank with SHA-1.
    @Test func padded() throws {
        let hashers = Hashers()
        let log = MeasurementLog(try Recording.bytes(Self.log), hashers: hashers)
        var bank = RegisterBank(.sha256, isPadded: true, hashers: hashers)
        for entry in log.entries { bank.extend(by: entry, of: log.bank) }
        let lines = bank.values.map { "sha256 \($0.key) \(hexadecimal($0.value ?? []))\n" }
        let pcrs = try directory.write(lines.joined(), to: "pcrs")
        let result = try replay(["--pcrs", pcrs, Recording.path(Self.log)], status: 0)
        #expect(result.registers.count == 2 && result.registers.allSatisfy(\.padded))
    }

    @Test func violationsAndDuplicates() throws {
        var entries = Array(
            MeasurementLog(try Recording.bytes(Self.log), hashers: Hashers()).entries[..<4])
        entries.append(entries[3])
        entries[1].digest = [UInt8](repeating: 0, count: 20)
        let log = try directory.write(entries.flatMap { $0.binary ?? [] }, to: "log")
        let result = try replay([log], status: 0)
        #expect(result.entries.map(\.duplicate) == [false, false, false, false, true])
        #expect(result.entries[1].meaning == "violation")
        let text = try Diglimctl.run("replay", log).output
        #expect(text.contains("violation  2: ") && text.contains("duplicate  5: "))
    }

    @Test("Hostile logs are told, and never end the program")
    func mutants() throws {
        let logs = try [Self.log, "boot-and-reload/binary_runtime_measurements"].map {
            MeasurementLog(try Recording.bytes($0), hashers: Hashers())
        }
        var seen: Set<Int32> = []
        for number in 0..<100 {
            let mutant = LogMutant(of: logs, SplitMix64(seed: UInt64(number)))
            if mutant.bytes.isEmpty { continue }
            let log = try directory.write(mutant.bytes, to: "log")
            let outcome = try Diglimctl.run(
                ["replay"] + (number % 2 == 0 ? ["--json"] : []) + [log])
            seen.insert(outcome.status)
            #expect(!outcome.output.isEmpty && outcome.errors.isEmpty, "seed \(number)")
        }
        #expect(seen == [0, 1])
    }

    @Test(arguments: [
        ["replay"], ["replay", "--pcr", "10", "x"], ["replay", "--pcrs", "x", "--pcr", "24", "x"],
        ["replay", "--pcrs", "x", "--pcr", "+1", "x"], ["replay", "--bank", "md6", "x"],
        ["replay", "--bank", "wp512", "x"], ["replay", "--abi", "v4", "x"], ["predict", "x"],
        ["predict", "--policy", "x", "--ima-policy", "diglim"], ["predict", "--format", "xml"],
        ["predict", "--ima-policy", "x"], ["predict", "--template", "ima"],
        ["predict", "--algorithm", "tgr192"], ["predict", "--pcr", "x"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        let outcome = try Diglimctl.run(arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 2)
    }

    @Test func unreadable() throws {
        let empty = try directory.write("", to: "empty")
        let log = Recording.path(Self.log)
        let absent = directory.path("absent")
        for arguments in [
            [absent], [empty], [directory.path], ["--pcrs", absent, log], ["--pcrs", empty, log],
            ["--from", directory.path, log], ["--directory", absent, log], ["--pcrs", log, log],
        ] {
            let outcome = try Diglimctl.run(["replay"] + arguments)
            #expect(outcome.status == 1 && outcome.output.isEmpty, "\(arguments)")
            #expect(outcome.errorLines.count == 1)
        }
    }
}
