import BlackBox
import Foundation
import Testing

/// A file is the old one or the signed one, whenever the program ends.
@Suite(.needs(.diglimctl), .serialized)
struct SignInterruptionTests {
    private static let count: UInt8 = 200
    private let directory: TemporaryDirectory
    private let key: X509Key
    private let lists: [[UInt8]]
    private let signed: [[UInt8]]

    init() throws {
        directory = try TemporaryDirectory()
        key = try X509Key(.rsa2048)
        lists = (0..<Self.count).map { ListBlock([[UInt8](repeating: $0, count: 32)]).bytes }
        try Self.write(lists, to: directory)
        try output(of: Program.diglimctl.path, Self.arguments(key, directory))
        let directory = directory
        signed = try lists.indices.map { try directory.bytes(of: "\($0)") }
        #expect(zip(lists, signed).allSatisfy { $1.starts(with: $0) && $1.count > $0.count })
    }

    private static func write(_ lists: [[UInt8]], to directory: TemporaryDirectory) throws {
        for (number, list) in lists.enumerated() { try directory.write(list, to: "\(number)") }
    }

    private static func arguments(
        _ key: X509Key, _ directory: TemporaryDirectory
    ) -> [String] {
        ["sign", "--key", key.keyPath, "--certificate", key.certificatePath]
            + (0..<count).map { directory.path("\($0)") }
    }

    private func start() throws -> RunningProgram {
        try Command(Program.diglimctl.path, Self.arguments(key, directory)).start()
    }

    /// Checks that every file is whole.
    ///
    /// - Returns: The number of signed ones, and the names of what is no list.
    private func check() throws -> (signed: Int, left: [String]) {
        var count = 0
        for number in lists.indices {
            let bytes = try directory.bytes(of: "\(number)")
            #expect(bytes == lists[number] || bytes == signed[number])
            if bytes == signed[number] { count += 1 }
        }
        return (count, try directory.names().filter { $0.hasPrefix(".") })
    }

    @Test func killedAtAnyMoment() throws {
        var killed = 0
        for round in 0..<40 {
            try Self.write(lists, to: directory)
            let program = try start()
            if round % 4 == 0 {
                // While files are moved to their places.
                try wait { try directory.bytes(of: "0") == signed[0] }
            } else {
                usleep(UInt32(round) * 1500)
            }
            program.send(SIGKILL)
            if try program.outcome().status == -SIGKILL { killed += 1 }
            // One process leaves one directory behind, and the next takes it away.
            #expect(try check().left.count <= 1)
        }
        #expect(killed > 0)
        #expect(try start().outcome().status == 0)
        #expect(try check() == (200, []))
    }

    /// A signal comes while the program waits for somebody who writes to the second directory.
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func askedToEnd(_ signal: Int32) throws {
        let paths = try ["a", "b"].map { name in
            _ = try directory.makeDirectory(name)
            return try directory.write(lists[0], to: "\(name)/list")
        }
        let lock = open(directory.path("b"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        var command = Command(
            Program.diglimctl.path,
            ["sign", "--key", key.keyPath, "--certificate", key.certificatePath] + paths)
        command.errorFile = try directory.write("", to: "errors")
        let program = try command.start()
        try wait { try !directory.bytes(of: "errors").isEmpty }
        program.send(signal)
        let outcome = try program.outcome()
        #expect(outcome.status == -signal)
        #expect(outcome.output == "\(paths[0]): signed\n")
        let errors = String(decoding: try directory.bytes(of: "errors"), as: UTF8.self)
        let lines = errors.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.last?.hasPrefix("diglimctl: interrupted; ") == true)
        #expect(try directory.bytes(of: "a/list") == signed[0])
        #expect(try directory.bytes(of: "b/list") == lists[0])
        #expect(try directory.names(in: "b") == ["list"])
    }

    /// A signal comes between the look at a lock that is taken and the wait for it.
    @Test(.needsTracing) func askedToEndJustBeforeTheWait() throws {
        let lock = open(directory.path(""), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        try Self.write(lists, to: directory)
        let outcome = try Command(
            "strace",
            ["-qq", "-o", "/dev/null", "-e", "trace=flock"]
                + ["-e", "inject=flock:signal=SIGTERM:when=1", Program.diglimctl.path]
                + Self.arguments(key, directory)
        ).run()
        #expect(outcome.status == -SIGTERM)
        #expect(outcome.errors.contains("interrupted"))
        #expect(try check() == (0, []))
    }

    /// What somebody else writes meanwhile is not lost.
    @Test func changedMeanwhile() throws {
        var kept = 0
        for _ in 0..<50 where kept == 0 {
            try Self.write(lists, to: directory)
            let program = try start()
            try wait { try hasStaged("0") || directory.bytes(of: "0") == signed[0] }
            program.send(SIGSTOP)
            guard try hasStaged("0"), try directory.bytes(of: "0") == lists[0] else {
                program.send(SIGCONT)
                _ = try program.outcome()
                continue
            }
            try directory.write([7], to: "0")
            program.send(SIGCONT)
            let outcome = try program.outcome()
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.count == 1)
            #expect(outcome.errors.contains("/0: changed while it was worked on, and left alone"))
            #expect(outcome.output.split(separator: "\n").count == 199)
            #expect(try directory.bytes(of: "0") == [7])
            kept += 1
        }
        #expect(kept == 1)
    }

    /// Whether the program has the new file ready.
    private func hasStaged(_ name: String) throws -> Bool {
        try directory.names().contains { staging in
            staging.hasPrefix(".") && access(directory.path("\(staging)/\(name)"), F_OK) == 0
        }
    }
}
