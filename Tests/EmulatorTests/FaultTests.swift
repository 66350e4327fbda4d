import BlackBox
import Foundation
import RandomNumbers
import Testing

@Suite(.needs(.emulator))
struct FaultTests {
    @Test("Every so many uploads fail, and change nothing")
    func every() throws {
        let emulator = try MountedEmulator("--fail-every", "3:ENOMEM")
        let results = (1...6).map { emulator.add(compactList(.of($0))) }
        #expect(results == ["ok", "ok", "ENOMEM", "ok", "ok", "ENOMEM"])
        #expect(try emulator.counts() == ["0", "4", "0", "4"])
        #expect(try emulator.loadedNames().count == 8)
    }

    @Test("Uploads over a size fail", arguments: [4 << 20, 1 << 20])
    func over(maximumWrite: Int) throws {
        let emulator = try MountedEmulator(
            "--fail-over", "100000:ENOSPC", "--max-write", "\(maximumWrite)")
        #expect(emulator.add(compactList(.numbered(3124))) == "ok")
        #expect(emulator.add(compactList(.numbered(3125))) == "ENOSPC")
        #expect(emulator.add(compactList(.numbered(100_000))) == "ENOSPC")
    }

    @Test("Opens answer EBUSY for a while")
    func busy() throws {
        let emulator = try MountedEmulator("--busy", "1.5")
        let list = compactList(.of(1))
        #expect(emulator.write(list, to: "digest_list_add") == "EBUSY")
        #expect(emulator.write(list, to: "digest_query") == "EBUSY")
        #expect(emulator.write([0], to: "digest_list_label") == "ok")
        #expect(try emulator.counts() == ["0", "0", "0", "0"])
        usleep(1_600_000)
        #expect(emulator.write(list, to: "digest_list_add") == "ok")
    }

    @Test("Less is measured at deletion")
    func actions() throws {
        let emulator = try MountedEmulator("--actions", "7", "--deletion-actions", "1")
        let list = compactList(.of(1))
        #expect(emulator.add(list, label: "test") == "ok")
        #expect(emulator.delete(list, label: "test") == "EPERM")
    }

    @Test("An executable's uploads have actions of their own")
    func actionsForExecutable() throws {
        let directory = try TemporaryDirectory()
        let link = directory.path("writer")
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "/usr/bin/dd")
        let emulator = try MountedEmulator(actions: 1, for: link, actions: 7)
        let (own, other) = (compactList(.of(1)), compactList(.of(2)))
        let file = try directory.write(own, to: "list")
        let path = try directory.write(Array(file.utf8), to: "path")
        func write(_ input: String, to file: String) throws -> Bool {
            let output = "of=\(emulator.path(file))"
            return try runProgram("dd", ["if=\(input)", output, "conv=notrunc"]).status == 0
        }
        #expect(try write(file, to: "digest_list_add"))
        #expect(emulator.add(other) == "ok")
        #expect(emulator.query("sha256-\(sha256(own))").contains("(actions: 7)"))
        #expect(emulator.query("sha256-\(sha256(other))").contains("(actions: 1)"))
        #expect(emulator.delete(own) == "EPERM")
        #expect(emulator.add(own) == "EEXIST")
        #expect(try write(file, to: "digest_list_del"))
        #expect(try write(path, to: "digest_list_add"))
        #expect(emulator.query("sha256-\(sha256(own))").contains("-list (actions: 7)"))
    }

    @Test("The log has a line for each operation")
    func log() throws {
        let emulator = try MountedEmulator()
        let list = compactList(.of(1))
        let long = String(repeating: "q", count: 200)
        _ = emulator.add(list)
        _ = emulator.add(list, label: "one")
        _ = emulator.write([0x20], to: "digest_list_label")
        _ = emulator.write(Array("/nowhere\tx".utf8), to: "digest_list_del")
        _ = emulator.write([1], to: "digest_query")
        _ = emulator.add(list, label: long)
        let operations = try emulator.operations(withQueries: true)
        #expect(
            operations.map { [$0.file, $0.label, "\($0.size)", $0.result] } == [
                ["digest_list_add", "parser", "48", "ok"],
                ["digest_list_label", "one", "4", "ok"],
                ["digest_list_add", "one", "48", "EEXIST"],
                ["digest_list_label", "-", "1", "EINVAL"],
                ["digest_list_del", "/nowhere\\x09x", "10", "ENOENT"],
                ["digest_query", "-", "1", "EINVAL"],
                ["digest_list_label", long, "201", "ok"],
                ["digest_list_add", long, "48", "OOPS"],
            ])
        #expect(operations.first?.digest == sha256(list))
    }

    @Test("Whatever is written, the interface goes on", arguments: InterfaceProgram.built)
    func garbage(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let files = ["digest_list_add", "digest_list_del", "digest_list_label", "digest_query"]
        var random = SplitMix64(seed: 1)
        for _ in 0..<5000 { _ = emulator.write(Self.garbage(&random), to: random.pick(files)) }
        for name in try emulator.loadedNames() {
            _ = try emulator.read("digest_lists_loaded/\(String(decoding: name, as: UTF8.self))")
        }
        #expect(try emulator.loadedNames().count % 2 == 0)
        #expect(emulator.add(compactList(.of(77)), label: "sane") == "ok")
    }

    private static func garbage(_ random: inout SplitMix64) -> [UInt8] {
        var bytes = compactList(.of(1, 2), .of(3, algorithm: .md5))
        switch random.number(below: 4) {
        case 0:
            bytes = (0...random.number(below: 300)).map { _ in UInt8(random.number(below: 256)) }
        case 1:
            bytes.removeLast(1 + random.number(below: bytes.count - 1))
        case 2:
            for _ in 0..<3 {
                bytes[random.number(below: bytes.count)] = UInt8(random.number(below: 256))
            }
        default:
            bytes[random.number(below: 16)] = random.pick([0, 1, 0x7f, 0xff])
        }
        return bytes
    }
}
