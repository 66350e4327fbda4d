import BlackBox
import Foundation
import Testing

/// A system with packages of `rpmbuild(8)`, in a root directory of its own.
///
/// Its `/lib` and `/sbin` are links, as everywhere, and `alpha` has files behind both.
struct InstalledSystem {
    /// Whether there are the programs to make one.
    static let isPossible = ["rpmbuild", "rpm", "rpm2cpio", "cpio"].allSatisfy {
        (try? runProgram("sh", ["-c", "command -v \($0)"]).status) == 0
    }

    /// The packages, which are built once.
    private static let packages = Result {
        let directory = try TemporaryDirectory()
        let alpha = try BuiltPackage(
            "alpha", in: directory,
            script: #"""
                mkdir -p usr/bin sbin lib/modules/1 lib/firmware usr/lib64 usr/share/alpha
                echo 'program alpha' >usr/bin/alpha
                printf '#!/bin/sh\n' >sbin/alpha
                printf '\177ELF' >usr/lib64/libalpha.so
                printf '#!/bin/sh\nalpha' >usr/share/alpha/script
                echo module >lib/modules/1/alpha.ko.xz
                echo order >lib/modules/1/modules.order
                echo firmware >lib/firmware/alpha.bin
                echo text >usr/share/alpha/text
                chmod 755 usr/bin/alpha sbin/alpha
                """#,
            files: """
                /usr/bin/alpha
                /sbin/alpha
                /usr/lib64/libalpha.so
                /usr/share/alpha
                /lib/modules/1
                /lib/firmware/alpha.bin
                """)
        let beta = try BuiltPackage(
            "beta", in: directory,
            script: "mkdir -p usr/bin; echo beta >usr/bin/beta; chmod 755 usr/bin/beta",
            files: "/usr/bin/beta")
        let old = try BuiltPackage(
            "old", in: directory, algorithm: 1,
            script: "mkdir -p usr/bin; echo old >usr/bin/old; chmod 755 usr/bin/old",
            files: "/usr/bin/old")
        let newer = try BuiltPackage(
            "beta", version: "2", in: directory,
            script: "mkdir -p usr/bin; echo BETA >usr/bin/beta; chmod 755 usr/bin/beta",
            files: "/usr/bin/beta")
        return (directory, ["alpha": alpha, "beta": beta, "old": old, "newer": newer])
    }

    private let directory: TemporaryDirectory
    /// The root directory.
    var root: String { directory.path("root") }

    /// Installs packages, and makes their lists.
    init(_ names: String...) throws {
        directory = try TemporaryDirectory()
        try directory.makeDirectory("root/opt")
        try directory.makeDirectory("root/usr/lib")
        try directory.makeDirectory("root/usr/sbin")
        try directory.makeDirectory("root/etc/digest_lists")
        for name in ["lib", "sbin"] {
            symlink("usr/\(name)", path(name))
        }
        for name in names { try install(name) }
        try makeLists()
    }

    private func install(_ name: String) throws {
        let package = try #require(try Self.packages.get().1[name])
        try output(
            of: "sh", "-c", #"rpm2cpio "$1" | cpio -idmu --quiet -D "$2""#, "sh", package.path,
            root)
        try output(
            of: "rpm",
            InstalledRPM.transactionOptions + [
                "--dbpath", path("var/lib/rpm"), "-U", "--justdb", "--nodeps", package.path,
            ])
    }

    private func makeLists() throws {
        try output(
            of: Program.diglimctl.path, "generate", "--rpmdb", "--prune", "--root", root,
            "--output", path("etc/digest_lists"))
    }

    /// Brings `beta` to its second version, and its list, too.
    func updateBeta() throws {
        try install("newer")
        try makeLists()
    }

    /// Where something is.
    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Writes a file.
    func write(_ text: String, to name: String, mode: mode_t? = nil) throws {
        try directory.write(text, to: "root/\(name)")
        if let mode { try #require(chmod(path(name), mode) == 0) }
    }

    /// The path of a package's list.
    func list(of package: String) -> String { path("etc/digest_lists/\(listName(package))") }

    /// Checks it.
    func check(_ arguments: String...) throws -> CheckResult {
        let outcome = try Diglimctl.run(["check", "--root", root, "--json"] + arguments)
        let result = try outcome.json(CheckResult.self)
        let isWell =
            result.files.isEmpty && result.uncountedLists.isEmpty && result.failures.isEmpty
        #expect(outcome.status == (isWell ? 0 : 1), "\(outcome)")
        #expect(result.refused == result.files.count)
        for file in result.files where file.process == nil && !file.file.contains("\\") {
            let digest = try output(of: "sha256sum", "-z", root + file.file).prefix(64)
            #expect(file.digest == digest)
        }
        return result
    }
}
