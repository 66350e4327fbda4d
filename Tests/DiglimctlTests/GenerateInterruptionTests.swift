import BlackBox
import Foundation
import Testing

/// Nothing is ever half done, whenever the program ends.
@Suite(.needs(.diglimctl), .needsCorpus, .serialized)
struct GenerateInterruptionTests {
    private let output: TemporaryDirectory
    private let temporary: TemporaryDirectory
    private let expected: [String: String]

    init() throws {
        output = try TemporaryDirectory()
        temporary = try TemporaryDirectory()
        expected = Dictionary(
            uniqueKeysWithValues: try Corpus.expected().map { ($0.name, $0.list) })
    }

    private func start() throws -> RunningProgram {
        try Diglimctl.start(
            ["generate", "--output", output.path, "--rpmdb", "--dbpath", Corpus.database],
            temporaryDirectory: temporary.path)
    }

    /// Checks that every list is whole.
    ///
    /// - Returns: The names of what is no list.
    private func check() throws -> [String] {
        let names = try output.names()
        let lists = names.filter { !$0.hasPrefix(".") }
        for name in lists { #expect(try sha256(output.bytes(of: name)) == expected[name]) }
        return names.filter { $0.hasPrefix(".") }
    }

    @Test func killedAtAnyMoment() throws {
        var killed = 0
        for round in 0..<40 {
            let program = try start()
            usleep(UInt32(round) * 1500)
            program.send(SIGKILL)
            if try program.outcome().status == -SIGKILL { killed += 1 }
            // One process leaves one directory behind, and the next takes it away.
            #expect(try check().count <= 1)
            if round % 8 == 7 {
                for name in try output.names() where name.utf8.count % 3 == 0 {
                    unlink(output.path(name))
                }
            }
        }
        #expect(killed > 0)
        #expect(try start().outcome().status == 0)
        #expect(try check().isEmpty)
        #expect(try output.names().count == 129)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func askedToEnd(_ signal: Int32) throws {
        for round in 0..<15 {
            let program = try start()
            usleep(UInt32(round) * 3000)
            program.send(signal)
            let outcome = try program.outcome()
            #expect(outcome.status == 0 || outcome.status == -signal)
            #expect(
                outcome.errors.isEmpty
                    || outcome.errors == "diglimctl: interrupted, nothing has been changed\n")
            #expect(try check().isEmpty)
            #expect(try temporary.names().isEmpty)
            let count = try output.names().count
            #expect(count == 0 || count == 129)
            for name in try output.names() { unlink(output.path(name)) }
        }
    }

    @Test func severalAtOnce() throws {
        let programs = try (0..<5).map { _ in try start() }
        for program in programs {
            let outcome = try program.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        #expect(try check().isEmpty)
        #expect(try output.names().count == 129)
    }

    @Test func whatIsLeftBehindIsNoDigestList() throws {
        let program = try start()
        var left: [String] = []
        while left.isEmpty,
            access(output.path("0-file_list-rpm-bash-5.1.8-1.cm2.x86_64"), F_OK) != 0
        {
            left = try output.names().filter { $0.hasPrefix(".") }
        }
        program.send(SIGKILL)
        _ = try program.outcome()
        for name in left {
            #expect(name.wholeMatch(of: /[0-9]+-(parser|file|metadata)_list-[^-]+-.+/) == nil)
        }
    }
}
