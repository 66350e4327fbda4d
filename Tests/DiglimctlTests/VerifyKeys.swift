import BlackBox
import Foundation

/// A package with a signature, and its digest list.
struct SignedPackage {
    /// Whether there are the programs to make one.
    static let isPossible = ["rpmbuild", "rpmsign", "rpmkeys", "gpg"].allSatisfy {
        (try? runProgram("sh", ["-c", "command -v \($0)"]).status) == 0
    }

    private let directory: TemporaryDirectory
    /// The package's path.
    let path: String
    /// The path of the digest list.
    let list: String
    /// The size of what is signed, in bytes.
    let regionSize: Int

    /// Makes a package and its list.
    init(by key: SigningKey) throws {
        directory = try TemporaryDirectory()
        let package = try BuiltPackage(
            "signed", in: directory,
            script: "mkdir -p usr/bin; for i in 1 2 3; do echo $i >usr/bin/$i; done",
            files: "/usr/bin/*")
        try key.sign(package)
        path = package.path
        try output(
            of: Program.diglimctl.path, "generate", "--output", directory.path("lists"), path)
        list = directory.path("lists/\(listName("signed"))")
        let bytes = try readFile(list)
        let length = bytes.suffix(32).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        regionSize = bytes.count - 40 - length
    }
}

extension X509Key {
    /// Signs a digest list with `diglimctl sign`.
    ///
    /// - Parameters:
    ///   - path: The list's path.
    ///   - options: Further options.
    func sign(_ path: String, _ options: [String] = []) throws {
        try output(
            of: Program.diglimctl.path,
            ["sign", "--key", keyPath, "--certificate", certificatePath] + options + [path])
    }

    /// The certificate's serial number, in hexadecimal.
    var serial: String {
        get throws {
            try output(of: "openssl", "x509", "-in", certificatePath, "-noout", "-serial")
                .dropFirst("serial=".count).trimmingCharacters(in: .newlines).lowercased()
        }
    }
}

/// `rpmkeys` with a database of its own, which has one key.
struct RPMKeys {
    private let directory: TemporaryDirectory

    /// Imports a key.
    init(importing key: SigningKey) throws {
        directory = try TemporaryDirectory()
        let path = try directory.write(key.exported(), to: "key.asc")
        try output(of: "rpmkeys", "--dbpath", directory.path("db"), "--import", path)
    }

    /// Whether `rpmkeys -K` finds a package to be signed and whole.
    func accepts(_ package: String) throws -> Bool {
        let outcome = try runProgram(
            "rpmkeys",
            ["--dbpath", directory.path("db"), "--define", "_pkgverify_level all", "-K", package])
        return outcome.status == 0
    }
}

/// A sequence of OpenPGP packets with the old form of lengths, as gpg writes it.
struct OpenPGPPackets {
    /// The packets, each with its header.
    var packets: [[UInt8]] = []

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let tag = rest.first {
            let size = 1 << Int(tag & 3)
            let length = rest.dropFirst().prefix(size).reduce(0) { $0 << 8 | Int($1) }
            packets.append(Array(rest.prefix(1 + size + length)))
            rest = rest.dropFirst(1 + size + length)
        }
    }
}
