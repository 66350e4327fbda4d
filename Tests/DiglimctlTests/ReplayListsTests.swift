import BlackBox
import MeasurementList
import Testing

/// What `diglimctl replay --directory` says that entries stand for.
@Suite(.needs(.diglimctl), .needsCorpus, .needsRecordings)
struct ReplayListsTests {
    private let lists: TemporaryDirectory
    private static let bash = "0-file_list-rpm-bash-5.1.8-1.cm2.x86_64"

    init() throws {
        lists = try TemporaryDirectory()
        try Recording.writeLists(into: lists)
    }

    private func replay(
        _ log: String, _ arguments: String..., status: Int32
    ) throws -> ReplayResult {
        let outcome = try Diglimctl.run(
            ["replay", "--json", "--directory", lists.path] + arguments + [log])
        #expect(outcome.status == status, "\(outcome.errors)")
        return try outcome.json(ReplayResult.self)
    }

    @Test func start() throws {
        let result = try replay(
            Recording.path("boot/binary_runtime_measurements"), "--pcrs",
            Recording.path("boot/pcrs"), status: 0)
        #expect(result.meanings == ["boot_aggregate": 1, "list": 132])
        let bash = result.entries.first { $0.list == Self.bash }
        #expect(bash?.package == "bash-5.1.8-1.cm2.x86_64")
    }

    @Test func reload() throws {
        let result = try replay(
            Recording.path("boot-and-reload/binary_runtime_measurements"), "--pcrs",
            Recording.path("boot-and-reload/pcrs"), status: 1)
        #expect(
            result.meanings
                == ["boot_aggregate": 1, "list": 132, "deleted": 128, "added": 128, "unknown": 1])
        #expect(result.problems == ["unknown"])
        #expect(result.entries.first { $0.meaning == "unknown" }?.name == "/bin/busybox")
    }

    /// A list that was signed anew is another file, but the same upload.
    @Test func changedLists() throws {
        let log = Recording.path("boot-and-reload/binary_runtime_measurements")
        var bytes = try lists.bytes(of: Self.bash)
        bytes[bytes.count - 100] ^= 1
        try lists.write(bytes, to: Self.bash)
        let signature = try replay(log, status: 1)
        #expect(
            signature.entries.filter { $0.meaning == "changed_list" }.map(\.list) == [Self.bash])
        #expect(signature.meanings["added"] == 128)
        let digest = try #require(
            bytes.firstRange(of: Array("124ca0dd1af1a07ec0b1f4eb371473c8".utf8)))
        bytes[digest.lowerBound] = UInt8(ascii: "2")
        try lists.write(bytes, to: Self.bash)
        let content = try replay(log, status: 1)
        #expect(content.meanings["changed_upload"] == 2)
        try lists.remove(Self.bash)
        let missing = try replay(log, status: 1)
        #expect(missing.meanings["unknown"] == 4)
        #expect(missing.meanings["list"] == 131)
    }

    /// Lists of two directories, as before and after an update.
    @Test func twoDirectories() throws {
        let other = try TemporaryDirectory()
        try other.write(lists.bytes(of: Self.bash), to: Self.bash)
        try lists.remove(Self.bash)
        let log = Recording.path("boot/binary_runtime_measurements")
        #expect(try replay(log, status: 1).meanings["unknown"] == 1)
        #expect(try replay(log, "--directory", other.path, status: 0).meanings["list"] == 132)
    }

    /// Files of packages, and those that are in no list.
    @Test func files() throws {
        let shown = try Diglimctl.run(
            "show", "--json", "--digests", lists.path(Self.bash)
        ).json([ShownList].self)
        let digest = try #require(shown.first?.digests?.first)
        let hashers = Hashers()
        func line(_ digest: String, _ path: String) throws -> String {
            let template = Template("ima-ng".utf8)
            let data = try #require(
                template.data(of: [
                    Array("sha256:".utf8) + [0] + bytes(hexadecimal: digest),
                    Array(path.utf8) + [0],
                ]))
            let hash = hexadecimal(try #require(hashers.digest(of: data, .sha1)))
            return "10 \(hash) ima-ng sha256:\(digest) \(path)\n"
        }
        let scratch = try TemporaryDirectory()
        let known = try line(digest.digest, "/usr/bin/known")
        let log = try scratch.write(known, to: "log")
        let result = try replay(log, status: 0)
        #expect(result.entries.map(\.meaning) == ["file"])
        #expect(result.entries.map(\.list) == [Self.bash])
        try scratch.write(known + line(String(repeating: "ab", count: 32), "/x"), to: "log")
        #expect(try replay(log, status: 1).entries.map(\.meaning) == ["file", "unknown"])
        let text = try Diglimctl.run("replay", "--verbose", "--directory", lists.path, log)
        #expect(text.output.contains("/usr/bin/known, file bash-5.1.8-1.cm2.x86_64\n"))
    }

    @Test func brokenListsAreTold() throws {
        try lists.write("x", to: "0-file_list-rpm-broken")
        let outcome = try Diglimctl.run(
            "replay", "--directory", lists.path,
            Recording.path("boot/binary_runtime_measurements"))
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("0-file_list-rpm-broken: "))
    }
}
