import BlackBox
import Foundation
import MeasurementList
import Testing

/// What a measurement list has that no digest list knows.
@Suite(.needs(.diglimctl))
struct CheckLogTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func check(
        _ log: String, _ arguments: String..., status: Int32
    ) throws -> CheckResult {
        let outcome = try Diglimctl.run(["check", "--log", log, "--json"] + arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        return try outcome.json(CheckResult.self)
    }

    /// An entry of a kernel without DIGLIM.
    private func entry(
        _ path: String, _ digest: String, _ algorithm: String = "sha256", in name: String = "ima-ng"
    ) throws -> MeasurementEntry {
        let template = Template(name.utf8)
        let data = try #require(
            template.data(of: [
                Array("\(algorithm):".utf8) + [0] + bytes(hexadecimal: digest),
                Array(path.utf8) + [0],
            ]))
        let templateDigest = try #require(Hashers().digest(of: data, .sha1))
        return MeasurementEntry(
            register: 10, digest: templateDigest, template: template, data: data[...])
    }

    private func write(_ entries: [MeasurementEntry], asText: Bool) throws -> String {
        try directory.write(
            entries.flatMap { (asText ? $0.line : $0.binary) ?? [] }, to: "log")
    }
}

extension CheckLogTests {
    @Test(
        "Of a machine with packages, binary and text", .enabled(if: InstalledSystem.isPossible),
        arguments: [false, true])
    func packages(asText: Bool) throws {
        let system = try InstalledSystem("alpha", "beta", "old")
        unlink(system.list(of: "beta"))
        func digest(_ name: String, _ algorithm: String = "sha256") throws -> String {
            let sum = try output(of: "\(algorithm)sum", system.path(name))
            return String(sum.prefix { $0 != " " })
        }
        let other = String(repeating: "ab", count: 32)
        var violation = try entry("/usr/bin/tool", String(repeating: "00", count: 32))
        violation.digest = [UInt8](repeating: 0, count: 20)
        let entries = try [
            entry("boot_aggregate", other),
            entry("/usr/bin/alpha", digest("usr/bin/alpha")),
            entry("/usr/bin/alpha", other), entry("/usr/bin/alpha", other, in: "d-ng|n-ng"),
            // Where it was executed makes no difference.
            entry("/opt/copy", digest("usr/sbin/alpha")),
            entry("/usr/bin/beta", digest("usr/bin/beta")),
            entry("/usr/bin/old", digest("usr/bin/old")),
            entry("/usr/bin/old", digest("usr/bin/old", "md5"), "md5"),
            entry("/opt/own", other), entry("/opt/own", other.prefix(40).description, "sha1"),
            entry(
                "/etc/digest_lists/\(listName("alpha"))",
                digest("etc/digest_lists/\(listName("alpha"))")),
            entry("/etc/digest_lists/\(listName("alpha"))", other),
            entry(
                "/usr/sbin/alpha", digest("usr/sbin/alpha"), "verity:sha256", in: "d-ngv2|n-ng"),
            violation,
        ]
        let log = try write(entries, asText: asText)
        let result = try check(log, "--root", system.root, status: 1)
        #expect(result.failures.isEmpty)
        #expect((result.checked, result.refused) == (12, 8))
        #expect(result.changed.map(\.file) == ["/usr/bin/alpha"])
        #expect(result.changed.map(\.package) == ["alpha-1-1.noarch"])
        #expect(
            result.unknown.map(\.file) == ["/opt/own", "/etc/digest_lists/\(listName("alpha"))"])
        #expect(result.unknown.map(\.digest) == [other, other])
        #expect(
            result.otherAlgorithm.map(\.file) == [
                "/usr/bin/old", "/usr/bin/old", "/opt/own", "/usr/sbin/alpha",
            ])
        #expect(result.missingLists.map(\.name) == ["beta-1-1.noarch"])
        #expect(result.missingLists.map { $0.files.map(\.file) } == [["/usr/bin/beta"]])
        #expect(result.violations.map(\.file) == ["/usr/bin/tool"])
        #expect(result.files.allSatisfy { $0.kind == nil })

        let known = try write(Array(entries[...1]), asText: asText)
        #expect(try check(known, "--root", system.root, status: 0).checked == 1)
        let mutable = try check(known, "--root", system.root, "--immutable", status: 0)
        #expect(mutable.refused == 0)
        let only = try write([violation], asText: asText)
        #expect(try check(only, "--root", system.root, status: 1).refused == 0)
        let text = try Diglimctl.run("check", "--log", only, "--root", system.root)
        #expect(
            text.output.hasPrefix(
                "violations: 1 file, written while they were measured\n  /usr/bin/tool\n"))
    }

    @Test("Recorded with these lists", .needsCorpus, .needsRecordings) func recordings() throws {
        try Recording.writeLists(into: directory)
        let lists = ["--directory", directory.path]
        for form in ["binary", "ascii"] {
            let log = Recording.path("boot/\(form)_runtime_measurements")
            let result = try check(log, lists[0], lists[1], status: 0)
            #expect((result.checked, result.refused) == (132, 0))
        }
        let reload = try check(
            Recording.path("boot-and-reload/binary_runtime_measurements"), lists[0], lists[1],
            status: 1)
        #expect(reload.files.map(\.file) == ["/bin/busybox"])
        #expect(reload.checked == 133)
        // Another machine, of which the lists know some files.
        let shown = try Diglimctl.run(
            ["show", "--json", "--digests"] + directory.names().map { directory.path($0) }
        ).json([ShownList].self)
        let known = Set(shown.flatMap { $0.digests ?? [] }.map(\.digest))
        for name in ["sha1", "sha256"] {
            let log = Recording.path("ibmtss/\(name).log")
            let other = try check(log, lists[0], lists[1], status: 1)
            let events = MeasurementLog(try readFile(log), hashers: Hashers()).entries[1...]
                .compactMap(\.event)
            let files = events.map { event in
                "\(hexadecimal(event.digest)) \(String(decoding: event.name, as: UTF8.self))"
            }
            let unknown = Set(files).filter { !known.contains(String($0.prefix(64))) }
            #expect(Set(other.files.map { "\($0.digest) \($0.file)" }) == unknown)
            #expect((other.checked, other.refused) == (343, 289))
            #expect(other.failures.isEmpty)
        }
    }

    @Test("Damaged logs are told, and what comes before counts") func damage() throws {
        let digest = String(repeating: "ab", count: 32)
        let good = try entry("/opt/own", digest)
        var odd = good
        odd.digest[0] ^= 1
        let unknown = MeasurementEntry(
            register: 10, digest: try #require(Hashers().digest(of: [1, 2, 3], .sha1)),
            template: Template("mine".utf8), data: [1, 2, 3])
        let empty = try directory.makeDirectory("lists")
        var bytes = [good, odd, unknown, unknown].flatMap { $0.binary ?? [] }
        bytes += (good.binary ?? []).dropLast()
        let log = try directory.write(bytes, to: "log")
        let result = try check(log, "--directory", empty, status: 1)
        #expect(result.unknown.map(\.file) == ["/opt/own"])
        #expect(result.failures.map(\.file) == [log, log, log])
        #expect(
            result.failures.map(\.error) == [
                "entry 2: the template digest is not that of the data",
                "entry 3 and 1 others: of an unknown template",
                "byte \(bytes.count - (good.binary?.count ?? 0) + 1): the log ends within an entry",
            ])
        for (bytes, status) in [([], 1), (Array("text".utf8), 1)] as [([UInt8], Int32)] {
            let path = try directory.write(bytes, to: "log")
            let outcome = try Diglimctl.run("check", "--log", path, "--directory", empty)
            #expect(outcome.status == status && outcome.errors.contains(path))
        }
        for argument in ["/usr", "--image=/boot/image", "--running"] {
            #expect(try Diglimctl.run("check", "--log", log, argument).status == 2)
        }
    }
}
