import BlackBox
import Foundation
import Testing

/// What becomes of the files that are signed.
@Suite(.needs(.diglimctl))
struct SignFileTests {
    private let directory: TemporaryDirectory
    private let key: X509Key
    private let list = ListBlock([[UInt8](repeating: 1, count: 32)]).bytes

    init() throws {
        directory = try TemporaryDirectory()
        key = try X509Key(.rsa2048)
    }

    private func sign(_ arguments: String...) throws -> Outcome {
        try Diglimctl.run(
            ["sign", "--key", key.keyPath, "--certificate", key.certificatePath] + arguments)
    }

    private func status(of path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status
    }

    @Test func modeIsKept() throws {
        let path = try directory.write(list, to: "list")
        chmod(path, 0o4640)
        #expect(try sign(path).status == 0)
        #expect(try status(of: path).st_mode & 0o7777 == 0o4640)
    }

    @Test(.needsRoot) func ownerIsKept() throws {
        let path = try directory.write(list, to: "list")
        chown(path, 12, 34)
        chmod(path, 0o2644)
        #expect(try sign(path).status == 0)
        let status = try status(of: path)
        #expect(status.st_uid == 12)
        #expect(status.st_gid == 34)
        #expect(status.st_mode & 0o7777 == 0o2644)
    }

    @Test func symbolicLinkStays() throws {
        _ = try directory.makeDirectory("real")
        let target = try directory.write(list, to: "real/list")
        let link = directory.path("link")
        symlink("real/list", link)
        let outcome = try sign(link, target)
        #expect(outcome.status == 0)
        // The same file, so it is signed once.
        #expect(outcome.output == "\(link): signed\n")
        #expect(try status(of: link).st_mode & S_IFMT == S_IFLNK)
        #expect(try directory.bytes(of: "real/list").count > list.count)
        #expect(try directory.names() == ["link", "real"])
    }

    @Test func filesOfSeveralDirectories() throws {
        let paths = try ["a", "b", "a/c"].flatMap { name in
            _ = try directory.makeDirectory(name)
            return try ["1", "2"].map { try directory.write(list, to: "\(name)/\($0)") }
        }
        let outcome = try Diglimctl.run(
            ["sign", "--key", key.keyPath, "--certificate", key.certificatePath, "--json"] + paths)
        #expect(outcome.status == 0)
        let results = try outcome.json([SignedResult].self)
        #expect(results.map(\.file).sorted() == paths.sorted())
        #expect(results.allSatisfy { $0.result == "signed" && $0.error == nil })
        #expect(try paths.allSatisfy { try readFile($0).count > list.count })
    }

    @Test func relativePath() throws {
        try directory.write(list, to: "list")
        var command = Command(
            Program.diglimctl.path,
            ["sign", "--key", key.keyPath, "--certificate", key.certificatePath, "list"])
        command.workingDirectory = directory.path
        let outcome = try command.run()
        #expect(outcome.status == 0)
        #expect(outcome.output == "list: signed\n")
        #expect(try directory.bytes(of: "list").count > list.count)
    }

    @Test func jsonForm() throws {
        let path = try directory.write(list, to: "list")
        #expect(
            try sign("--json", path, directory.path("nowhere")).output == """
                [
                  {
                    "error" : "No such file or directory",
                    "file" : "\(directory.path)/nowhere",
                    "result" : "failed"
                  },
                  {
                    "file" : "\(directory.path)/list",
                    "result" : "signed"
                  }
                ]

                """)
    }

    /// Without a key that works nothing is touched.
    @Test func wrongKey() throws {
        let path = try directory.write(list, to: "list")
        let other = try X509Key(.rsa2048)
        for (wrongKey, certificate) in [
            (other.keyPath, key.certificatePath), (directory.path("nokey"), key.certificatePath),
            (key.keyPath, directory.path("nocertificate")), (path, key.certificatePath),
        ] {
            let outcome = try Diglimctl.run(
                "sign", "--key", wrongKey, "--certificate", certificate, path)
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errorLines.count == 1)
            #expect(try directory.bytes(of: "list") == list)
        }
    }

    @Test func expiredCertificateIsAWarning() throws {
        let expired = try X509Key(.rsa2048, validity: .expired)
        let path = try directory.write(list, to: "list")
        let outcome = try Diglimctl.run(
            "sign", "--key", expired.keyPath, "--certificate", expired.certificatePath, path)
        #expect(outcome.status == 0)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("warning: the certificate expired on "))
    }

    @Test(arguments: [
        [], ["x"], ["--key", "k", "x"], ["--certificate", "c", "x"],
        ["--key", "k", "--certificate", "c"],
        ["--key", "k", "--certificate", "c", "--hash", "md5", "x"],
        ["--key", "k", "--certificate", "c", "--frobnicate", "x"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        let outcome = try Diglimctl.run(["sign"] + arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.last == "Try 'diglimctl sign --help'.")
    }
}
