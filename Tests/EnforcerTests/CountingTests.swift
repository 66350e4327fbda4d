import BlackBox
import Foundation
import Testing

/// Which uploads count, and what is said of the others.
@Suite(.needs(.enforcer, .diglimctl, .parser, .uploader, .emulator))
struct CountingTests {
    private let lists: TemporaryDirectory
    private let keys: TemporaryDirectory
    private let key: X509Key

    private static let good = "0-file_list-compact-good"
    private static let list = compactList(1)

    /// There is one list that counts.
    init() throws {
        (lists, keys) = (try TemporaryDirectory(), try TemporaryDirectory())
        key = try X509Key(.rsa2048)
        try keys.write(readFile(key.certificatePath), to: "certificate")
        try lists.write(Self.list, to: Self.good)
        try key.sign([lists.path(Self.good)])
    }

    private static func compactList(_ byte: UInt8) -> [UInt8] {
        ListBlock([[UInt8](repeating: byte, count: 32)]).bytes
    }

    private func start() throws -> DryRun { try DryRun(lists, keys: keys) }

    /// What is said of a list that does not count.
    private func reason(_ outcome: Outcome, _ label: String) -> Substring? {
        let start = "diglim-enforcer: \(label): warning: does not count: "
        return outcome.errorLines.first { $0.hasPrefix(start) }?.dropFirst(start.count)
    }

    @Test("What a signed file says counts, by whatever hand it comes")
    func signed() throws {
        let run = try start()
        #expect(run.interface.add(Self.list, label: Self.good) == "ok")
        #expect(try run.interface.actions() == [Self.good: [2]])
        #expect(run.interface.delete(Self.list, label: Self.good) == "ok")
        #expect(
            run.interface.write(Array(lists.path(Self.good).utf8), to: "digest_list_add")
                == "ok")
        #expect(try run.interface.actions() == [Self.good: [2]])
        let outcome = try run.end()
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
    }

    @Test(
        "What no signed file says is loaded and does not count, and the reason is told",
        arguments: Case.allCases)
    func uncounted(_ example: Case) throws {
        let (label, list, reason) = try prepare(example)
        let run = try start()
        #expect(run.interface.add(list, label: label) == "ok")
        #expect(try run.interface.actions() == [label: [0]])
        #expect(try run.interface.loadedLists().map(\.bytes) == [list])
        // It still does what counts.
        if example != .removed, example != .changed, example != .otherBytes {
            let result = run.interface.add(Self.list, label: Self.good)
            #expect(result == (list == Self.list ? "EEXIST" : "ok"))
        }
        #expect(run.interface.delete(list, label: label) == "ok")
        let outcome = try run.end()
        let told = try #require(self.reason(outcome, label), "\(outcome.errors)")
        #expect(told.contains(reason), "\(told)")
    }

    enum Case: CaseIterable {
        case unsigned, otherSigner, changed, otherLabel, otherBytes, removed, moreBytes, noName
    }

    /// Makes what is to be uploaded.
    ///
    /// - Returns: The label, the list, and what is in the reason why it does not count.
    private func prepare(_ example: Case) throws -> (String, [UInt8], String) {
        let (label, list) = ("0-file_list-compact-other", Self.compactList(2))
        switch example {
        case .unsigned:
            try lists.write(list, to: label)
            return (label, list, "not signed")
        case .otherSigner:
            try lists.write(list, to: label)
            try X509Key(.ecP256, name: "other").sign([lists.path(label)])
            return (label, list, " is not among those given")
        case .changed:
            var bytes = try lists.bytes(of: Self.good)
            bytes[20] ^= 1
            try lists.write(bytes, to: Self.good)
            return (Self.good, Array(bytes.prefix(Self.list.count)), "bad: ")
        case .otherLabel: return (label, Self.list, "no file has this name")
        case .otherBytes:
            return (Self.good, list, "what was uploaded is not what its file says")
        case .moreBytes:
            return (Self.good, Self.list + list, "what was uploaded is not what its file says")
        case .removed:
            try lists.remove(Self.good)
            return (Self.good, Self.list, "no file has this name")
        case .noName: return ("..", Self.list, "the label is not the name of a file")
        }
    }

    @Test("Each of many lists that do not count is told")
    func many() throws {
        let labels = (100..<150).map { "0-file_list-compact-\($0)" }
        let run = try start()
        for (number, label) in labels.enumerated() {
            #expect(run.interface.add(Self.compactList(UInt8(number + 2)), label: label) == "ok")
        }
        let outcome = try run.end()
        for label in labels { #expect(reason(outcome, label) != nil, "\(label)") }
    }

    @Test("The file that is there at the upload counts, not one of before")
    func changes() throws {
        let run = try start()
        #expect(run.interface.add(Self.list, label: Self.good) == "ok")
        #expect(run.interface.delete(Self.list, label: Self.good) == "ok")
        let list = Self.compactList(2)
        // All but the time of the change is as before.
        try lists.write(list, to: Self.good)
        try key.sign([lists.path(Self.good)])
        #expect(run.interface.add(Self.list, label: Self.good) == "ok")
        #expect(try run.interface.actions() == [Self.good: [0]])
        #expect(run.interface.add(list, label: Self.good) == "ok")
        #expect(try run.interface.actions()[Self.good]?.sorted() == [0, 2])
        try lists.remove(Self.good)
        #expect(run.interface.delete(Self.list, label: Self.good) == "ok")
        #expect(run.interface.delete(list, label: Self.good) == "ok")
        #expect(try run.interface.loadedNames().isEmpty)
    }

    @Test("By path: what is in the file that is named counts if that of the directory says so")
    func paths() throws {
        let elsewhere = try TemporaryDirectory()
        try elsewhere.write(lists.bytes(of: Self.good), to: Self.good)
        let run = try start()
        func upload(_ path: String, to file: String = "digest_list_add") -> String {
            run.interface.write(Array(path.utf8), to: file)
        }
        #expect(upload(elsewhere.path(Self.good)) == "ok")
        #expect(try run.interface.actions() == [Self.good: [2]])
        #expect(upload(elsewhere.path(Self.good), to: "digest_list_del") == "ok")
        try elsewhere.write(Self.compactList(2), to: Self.good)
        #expect(upload(elsewhere.path(Self.good)) == "ok")
        #expect(try run.interface.actions() == [Self.good: [0]])
        #expect(upload(elsewhere.path("missing")) == "ENOENT")
    }

    @Test("Compact lists are added and replaced by those who add them at boot")
    func replaceCompact() throws {
        let run = try start()
        func upload(_ arguments: String...) throws -> Outcome {
            try runProgram(
                Program.uploader.path,
                [arguments[0], "--interface", run.interface.directory] + arguments.dropFirst())
        }
        #expect(try upload("add-compact", lists.path).status == 0)
        #expect(try run.interface.actions() == [Self.good: [2]])
        let old = try TemporaryDirectory()
        try old.write(lists.bytes(of: Self.good), to: Self.good)
        try lists.write(Self.compactList(2), to: Self.good)
        try key.sign([lists.path(Self.good)])
        #expect(try upload("replace-compact", old.path, lists.path).status == 0)
        #expect(try run.interface.actions() == [Self.good: [2]])
        #expect(try run.interface.loadedLists().map(\.bytes) == [Self.compactList(2)])
        #expect(try run.end().errors == "")
    }

    @Test("Without signatures all lists count, and that is told at the start")
    func unsigned() throws {
        let run = try DryRun(lists, keys: nil)
        #expect(run.interface.add(Self.compactList(2), label: "any") == "ok")
        #expect(try run.interface.actions() == ["any": [2]])
        #expect(
            try run.end().errors
                == "diglim-enforcer: warning: --unsigned: every list that root uploads counts\n")
    }

    @Test("The process that verifies may end: another one takes its place")
    func worker() throws {
        let run = try start()
        for number in 0..<3 {
            for child in try children(of: run.process) { kill(child, SIGKILL) }
            let list = Self.compactList(UInt8(number + 2))
            #expect(run.interface.add(list, label: "unknown") == "ok")
            #expect(run.interface.add(Self.list, label: Self.good) == "ok")
            #expect(try run.interface.actions()[Self.good] == [2])
            #expect(run.interface.delete(Self.list, label: Self.good) == "ok")
        }
    }

    private func children(of process: Int32) throws -> [Int32] {
        let path = "/proc/\(process)/task/\(process)/children"
        let children = try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: " ").compactMap { Int32($0) }
        try #require(!children.isEmpty)
        return children
    }
}
