import Foundation

/// A throw-away OpenPGP key that signs packages.
public final class SigningKey {
    /// The key's user ID.
    public static let user = "diglim-parser test <test@example.org>"
    private let home: TemporaryDirectory

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - algorithm: The algorithm, by the name that `gpg --quick-generate-key` takes.
    ///   - subkey: The algorithm of a subkey that signs in its place; `nil` for none.
    public init(_ algorithm: String = "rsa2048", subkey: String? = nil) throws {
        home = try TemporaryDirectory()
        try gpg("--quick-generate-key", Self.user, algorithm, "sign", "never")
        guard let subkey else { return }
        let fingerprint = try gpg("--with-colons", "--list-keys").split(separator: "\n")
            .first { $0.hasPrefix("fpr:") }?.split(separator: ":").last
        try gpg("--quick-add-key", String(fingerprint ?? ""), subkey, "sign", "never")
    }

    /// Runs `gpg` with the key.
    ///
    /// - Returns: What it wrote to standard output.
    @discardableResult
    private func gpg(_ arguments: String...) throws -> String {
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
