import BlackBox
import Foundation
import Testing

/// Nothing is ever half done, whenever the program ends.
@Suite(.needs(.mkparserList), .serialized)
struct InterruptionTests {
    private let input: TemporaryDirectory
    private let output: TemporaryDirectory
    private let key: X509Key
    /// The lists of two states of the executables, by name.
    private let expected: [[String: [UInt8]]]

    private static let count = 20

    init() throws {
        input = try TemporaryDirectory()
        output = try TemporaryDirectory()
        key = try X509Key(.rsa2048)
        var states: [[String: [UInt8]]] = []
        for state in 0..<2 {
            let folder = try input.makeDirectory("\(state)")
            for index in 0..<Self.count {
                let builder = ELFBuilder(entry: UInt64(0x400000 + 2 * index + state))
                try input.writeExecutable(builder.bytes, to: "\(state)/\(index)_parser")
            }
            let lists = try TemporaryDirectory()
            let arguments = Self.arguments(folder, lists.path, key)
            try BlackBox.output(of: Program.mkparserList.path, arguments)
            states.append(try lists.contents())
        }
        expected = states
    }

    private static func arguments(_ folder: String, _ output: String, _ key: X509Key) -> [String] {
        ["--output", output, "--key", key.keyPath, "--certificate", key.certificatePath]
            + (0..<count).map { "\(folder)/\($0)_parser" }
    }

    private func start(state: Int) throws -> RunningProgram {
        try Command(
            Program.mkparserList.path,
            Self.arguments(input.path("\(state)"), output.path, key)
        ).start()
    }

    /// Checks that every list is one of those that it may be.
    ///
    /// - Returns: The names of what is no list.
    private func check() throws -> [String] {
        var others: [String] = []
        for name in try output.names() {
            guard !name.hasPrefix(".") else {
                others.append(name)
                continue
            }
            let list = try output.bytes(of: name)
            #expect(expected.contains { $0[name] == list }, "\(name)")
        }
        return others
    }

    @Test func killedAtAnyMoment() throws {
        #expect(try start(state: 0).outcome().status == 0)
        var killed = 0
        for round in 0..<60 {
            let program = try start(state: (round + 1) % 2)
            usleep(UInt32(round) * 1000)
            program.send(SIGKILL)
            if try program.outcome().status == -SIGKILL { killed += 1 }
            #expect(try check().count <= 1)
            #expect(try output.names().count { !$0.hasPrefix(".") } == 2 * Self.count)
        }
        #expect(killed > 0)
        #expect(try start(state: 1).outcome().status == 0)
        #expect(try output.contents() == expected[1])
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func askedToEnd(_ signal: Int32) throws {
        #expect(try start(state: 0).outcome().status == 0)
        for round in 0..<20 {
            let program = try start(state: 1 - round % 2)
            usleep(UInt32(round) * 3000)
            program.send(signal)
            let status = try program.outcome().status
            #expect(status == 0 || status == -signal)
            let contents = try output.contents()
            #expect(expected.contains(contents))
        }
    }

    @Test func severalAtOnce() throws {
        let programs = try (0..<4).map { try start(state: $0 % 2) }
        for program in programs {
            let outcome = try program.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        #expect(expected.contains(try output.contents()))
    }
}
