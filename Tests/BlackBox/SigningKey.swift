import Foundation

/// A throw-away OpenPGP key that signs packages.
public final class SigningKey {
    /// The key's user ID.
    public static let user = "diglim-parser test <test@example.org>"
    /// Whether there are the programs to sign a package.
    public static let isPossible = ["rpmbuild", "rpmsign", "gpg"].allSatisfy {
        (try? runProgram("sh", ["-c", "command -v \($0)"]).status) == 0
    }

    private let home: TemporaryDirectory

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - algorithm: The algorithm, by the name that `gpg --quick-generate-key` takes.
    ///   - subkey: The algorithm of a subkey that signs in its place; `nil` for none.
    ///   - isOld: Whether it was made in 2020.
    public init(
        _ algorithm: String = "rsa2048", subkey: String? = nil, isOld: Bool = false
    ) throws {
        home = try TemporaryDirectory()
        let time = isOld ? ["--faked-system-time", "20200101T000000"] : []
        try gpg(time + ["--quick-generate-key", Self.user, algorithm, "sign", "never"])
        guard let subkey else { return }
        try gpg(time + ["--quick-add-key", fingerprint, subkey, "sign", "never"])
    }

    private var fingerprint: String {
        get throws {
            let keys = try gpg("--with-colons", "--list-keys").split(separator: "\n")
            return keys.first { $0.hasPrefix("fpr:") }?.split(separator: ":").last.map(String.init)
                ?? ""
        }
    }

    /// Runs `gpg` with the key.
    ///
    /// - Returns: What it wrote to standard output.
    @discardableResult
    private func gpg(_ arguments: String...) throws -> String { try gpg(arguments) }

    @discardableResult
    private func gpg(_ arguments: [String]) throws -> String {
        try output(
            of: "gpg",
            ["--homedir", home.path, "--batch", "--quiet", "--passphrase", ""] + arguments)
    }

    /// The public key.
    ///
    /// - Parameter armored: Whether as text.
    /// - Returns: What `gpg --export` writes.
    public func exported(armored: Bool = true) throws -> [UInt8] {
        let name = armored ? "key.asc" : "key.gpg"
        try gpg(
            "--yes", "--output", home.path(name), armored ? "--armor" : "--no-armor", "--export")
        return try home.bytes(of: name)
    }

    /// The IDs of the key and its subkeys, in hexadecimal.
    public var keyIDs: [String] {
        get throws {
            try gpg("--with-colons", "--list-keys").split(separator: "\n")
                .filter { $0.hasPrefix("pub:") || $0.hasPrefix("sub:") }
                .map { $0.split(separator: ":", omittingEmptySubsequences: false)[4].lowercased() }
        }
    }

    /// Revokes the key.
    public func revoke() throws {
        let folder = "openpgp-revocs.d"
        for name in try home.names(in: folder) {
            // gpg has put a colon in front, so that nobody imports it by accident.
            let text = String(decoding: try home.bytes(of: "\(folder)/\(name)"), as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let certificate = lines.drop { !$0.contains("-----BEGIN") }.map {
                $0.hasPrefix(":") ? $0.dropFirst() : $0
            }
            try gpg("--import", home.write(certificate.joined(separator: "\n"), to: "revocation"))
        }
    }

    /// Lets an old key expire on the first of July 2021.
    ///
    /// - Parameter subkeys: Whether its subkeys do, and not the key.
    public func expire(subkeys: Bool = false) throws {
        try gpg(
            ["--quick-set-expire", fingerprint, "20210701T000000"] + (subkeys ? ["*"] : []))
    }

    /// Lets the key expire no more.
    public func prolong() throws { try gpg("--quick-set-expire", fingerprint, "0") }

    deinit { _ = try? runProgram("gpgconf", ["--homedir", home.path, "--kill", "all"]) }

    /// Signs a package.
    ///
    /// - Parameter package: The package, whose file is replaced.
    public func sign(_ package: BuiltPackage) throws {
        // rpm of some distributions looks for a gpg2 that they do not have.
        let gpg = try output(of: "sh", "-c", "command -v gpg").split(separator: "\n").joined()
        try output(
            of: "rpmsign", "--define", "__gpg \(gpg)", "--define", "_gpg_name \(Self.user)",
            "--define",
            "_gpg_path \(home.path)", "--addsign", package.path)
    }

    /// The public key, as text.
    public func publicKey() throws -> String {
        try output(of: "gpg", "--homedir", home.path, "--batch", "--armor", "--export")
    }
}
