import Foundation

/// A throw-away OpenPGP key that signs packages.
public final class SigningKey {
    private static let user = "diglim-parser test <test@example.org>"
    private let home: TemporaryDirectory

    /// Makes a key.
    public init() throws {
        home = try TemporaryDirectory()
        try output(
            of: "gpg", "--homedir", home.path, "--batch", "--quiet", "--passphrase", "",
            "--quick-generate-key", Self.user, "rsa2048", "sign", "never")
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
}
