import BlackBox
import Foundation
import RandomNumbers
import Synchronization
import Testing

/// Executables that nobody meant to be any.
@Suite(.needs(.mkparserList))
struct OddInputTests {
    private let input: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        input = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    /// Expects a sentence about the file, and the program to go on to its end, even with `--force`.
    private func expectRefusal(of path: String, _ reason: String) throws {
        for options in [[], ["--force"]] {
            let outcome = try MkparserList.run(["--output", output.path] + options + [path])
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.count == 2, "\(outcome.errors)")
            #expect(outcome.errors.contains(reason), "\(outcome.errors)")
            #expect(try output.names().isEmpty)
        }
    }

    @Test func whatIsNoFile() throws {
        try expectRefusal(of: input.path("gone_parser"), "No such file or directory")
        try expectRefusal(of: input.makeDirectory("test_parser"), "not a regular file")
        mkfifo(input.path("fifo_parser"), 0o755)
        try expectRefusal(of: input.path("fifo_parser"), "not a regular file")
        symlink("nowhere", input.path("link_parser"))
        try expectRefusal(of: input.path("link_parser"), "No such file or directory")
        symlink("loop_parser", input.path("loop_parser"))
        try expectRefusal(of: input.path("loop_parser"), "Too many levels")
        try expectRefusal(of: "", "No such file or directory")
        try expectRefusal(of: "/dev/null", "not a regular file")
    }

    @Test(arguments: ["a b_parser", "\u{1b}[31m_parser", "a\n_parser", "\u{e0}\u{a0}_parser"])
    func namesThatNoListCanHave(_ name: String) throws {
        let path = input.path(name)
        #expect(FileManager.default.createFile(atPath: path, contents: Data(ELFBuilder().bytes)))
        chmod(path, 0o755)
        let outcome = try MkparserList.run("--output", output.path, path)
        #expect(outcome.status == 1)
        #expect(outcome.errorLines.count == 2)
        #expect(!outcome.errors.contains("\u{1b}"))
        #expect(try output.names().isEmpty)
    }

    @Test func nameThatIsTooLong() throws {
        let name = String(repeating: "x", count: 240) + "_parser"
        let outcome = try MkparserList.run(
            "--output", output.path, input.writeExecutable(ELFBuilder().bytes, to: name))
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("File name too long"))
        #expect(try output.names().isEmpty)
    }

    @Test func linkToAParser() throws {
        let path = try input.writeExecutable(ELFBuilder().bytes, to: "real")
        symlink(path, input.path("link_parser"))
        let outcome = try MkparserList.run("--output", output.path, input.path("link_parser"))
        #expect(outcome.status == 0)
        #expect(try output.names() == MkparserList.listNames("link_parser").sorted())
    }

    @Test func changesWhileItIsRead() throws {
        let path = try input.writeExecutable(ELFBuilder().bytes)
        #expect(truncate(path, 1 << 29) == 0)
        let isDone = Mutex(false)
        let program = try Command(
            Program.mkparserList.path, ["--output", output.path, "--force", path]
        ).start()
        // A change of the time is a change, and keeps what is read the same.
        Thread.detachNewThread { [path] in
            while !isDone.withLock({ $0 }) {
                utimes(path, nil)
                usleep(1000)
            }
        }
        let outcome = try program.outcome()
        isDone.withLock { $0 = true }
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("\(path): changed while it was read"))
        #expect(try output.names().isEmpty)
    }

    /// Sizes and offsets far off the file, in a file that claims to be large, too.
    @Test func sparseFileThatIsHuge() throws {
        var builder = ELFBuilder()
        builder.segments = [builder.dynamic([]), ELFBuilder.interpreter]
        var bytes = builder.bytes
        // The size of the dynamic section, in the second segment's header.
        bytes.replaceSubrange(64 + 56 + 32..<64 + 56 + 40, with: littleEndian(1 << 38 as UInt64))
        let path = try input.writeExecutable(bytes)
        #expect(truncate(path, 1 << 26) == 0)
        let outcome = try MkparserList.run("--output", output.path, path)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("segments are broken or cut off"))
        bytes.replaceSubrange(64 + 56 + 32..<64 + 56 + 40, with: littleEndian(1 << 25 as UInt64))
        try input.writeExecutable(bytes)
        #expect(truncate(path, 1 << 26) == 0)
        let again = try MkparserList.run("--output", output.path, path)
        #expect(again.status == 1)
        #expect(again.errors.contains("broken dynamic section"))
        try expectBrokenSections()
    }

    /// The most sections that there can be, and names as long as the file.
    private func expectBrokenSections() throws {
        let seed = ELFBuilder().bytes
        let sections = seed.count - 3 * 64
        var many = seed
        many.replaceSubrange(60..<62, with: [0, 0])
        many.replaceSubrange(sections + 32..<sections + 40, with: littleEndian(1 << 22 as UInt64))
        var long = seed
        long.replaceSubrange(
            sections + 2 * 64 + 32..<sections + 2 * 64 + 40, with: littleEndian(1 << 27 as UInt64))
        for bytes in [many, long] {
            let path = try input.writeExecutable(bytes)
            #expect(truncate(path, 1 << 29) == 0)
            let command = Command(Program.mkparserList.path, ["--output", output.path, path])
            let (outcome, memory) = try command.runMeasured()
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("sections are broken or cut off"), "\(outcome.errors)")
            #expect(memory < 100 << 20)
        }
    }

    /// More segments for the dynamic linker than it would take.
    @Test func severalDynamicSegments() throws {
        var builder = ELFBuilder()
        builder.segments = [builder.dynamic([]), builder.dynamic([])]
        let outcome = try MkparserList.run(
            "--output", output.path, input.writeExecutable(builder.bytes))
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("broken dynamic section"))
    }

    /// Mutants of each kind of ELF file, all of them in one process.
    @Test(arguments: [(true, false), (true, true), (false, false), (false, true)])
    func mutants(_ is64: Bool, _ isBigEndian: Bool) throws {
        var builder = ELFBuilder(is64: is64, isBigEndian: isBigEndian)
        builder.segments = [
            ELFBuilder.interpreter,
            builder.dynamic([ELFBuilder.needed, ELFBuilder.isExecutable]),
        ]
        builder.sections = [".text", ".debug_info"]
        var random = SplitMix64(seed: is64 ? 1 : 2)
        let seed = builder.bytes
        let truncated = (0..<seed.count).map { Array(seed[..<$0]) }
        let mutants = truncated + (0..<1500).map { _ in random.mutant(of: seed) }
        let paths = try mutants.enumerated().map {
            try input.writeExecutable($1, to: "\($0)_parser")
        }
        var command = Command(Program.mkparserList.path, ["--output", "out"])
        command.workingDirectory = input.path
        command.arguments += mutants.indices.map { "\($0)_parser" }
        let refused = try command.run()
        #expect(refused.status == 1)
        #expect(refused.errorLines.last == "diglim-mkparser-list: nothing has been written")
        // All of them have an interpreter, or are broken.
        for index in 0..<truncated.count {
            #expect(
                refused.errors.contains("\ndiglim-mkparser-list: \(index)_parser: ")
                    || refused.errors.hasPrefix("diglim-mkparser-list: \(index)_parser: "))
        }
        command.arguments.append("--force")
        let forced = try command.run()
        #expect(forced.status == 0, "\(forced.errorLines.last ?? "")")
        #expect(forced.output.split(separator: "\n").count == 2 * mutants.count)
        for (index, path) in paths.enumerated() {
            let lists = MkparserList.lists(digest: sha256(try readFile(path)))
            for (name, list) in zip(MkparserList.listNames("\(index)_parser"), lists) {
                #expect(try input.bytes(of: "out/\(name)") == list)
            }
        }
    }
}

extension SplitMix64 {
    /// A file with some of its bytes or numbers changed.
    fileprivate mutating func mutant(of seed: [UInt8]) -> [UInt8] {
        var bytes = seed
        let extremes: [UInt8] = [0, 1, 0x7f, 0x80, 0xfe, 0xff]
        for _ in 0..<Int.random(in: 1...6, using: &self) {
            let place = number(below: bytes.count)
            let length = pick([1, 1, 2, 4, 8])
            let value = one(in: 2) ? pick(extremes) : .random(in: 0...255, using: &self)
            for index in place..<min(place + length, bytes.count) { bytes[index] = value }
        }
        return bytes
    }
}
