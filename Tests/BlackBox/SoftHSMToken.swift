import Foundation
import Testing

/// A token of SoftHSM with one key, in a directory of its own.
public final class SoftHSMToken: Sendable {
    /// The PIN.
    public static let pin = "1234-diglim"
    /// The URI of the key, as in RFC 7512.
    public static let uri = "pkcs11:token=diglim;object=key;type=private"

    private let directory: TemporaryDirectory

    /// Where Debian, Fedora and openSUSE have the module.
    private static let module: String? = [
        "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
    ].first { access($0, R_OK) == 0 }

    /// Whether OpenSSL has the provider for such tokens, and not only the engine.
    public static let hasProvider =
        (try? output(of: "openssl", "list", "-providers", "-provider", "pkcs11")) != nil

    /// Whether there is SoftHSM, and OpenSSL's engine or provider to reach it.
    public static let isThere =
        module != nil
        && (hasProvider || (try? output(of: "openssl", "engine", "pkcs11")) != nil)
        && (try? output(of: "softhsm2-util", "--version")) != nil

    /// What tells programs of the token: variables of the environment.
    public var environment: [String: String] {
        [
            "SOFTHSM2_CONF": directory.path("softhsm2.conf"),
            "PKCS11_MODULE_PATH": Self.module ?? "",
            "PKCS11_PROVIDER_MODULE": Self.module ?? "",
        ]
    }

    /// Makes a token.
    ///
    /// - Parameter key: The key that it has.
    public init(_ key: X509Key) throws {
        directory = try TemporaryDirectory()
        try directory.write(
            "directories.tokendir = \(try directory.makeDirectory("tokens"))\n",
            to: "softhsm2.conf")
        let token = ["--token", "diglim", "--pin", Self.pin]
        try softhsm2(
            ["--init-token", "--free", "--label", "diglim", "--so-pin", "12345678"]
                + token.suffix(2))
        try softhsm2(["--import", key.keyPath, "--label", "key", "--id", "01"] + token)
    }

    private func softhsm2(_ arguments: [String]) throws {
        var command = Command("softhsm2-util", arguments)
        command.environment = inherited(adding: environment)
        let outcome = try command.run()
        guard outcome.status == 0 else { throw CommandError("softhsm2-util: \(outcome.errors)") }
    }
}

/// The tests' own environment with more variables, as a command takes it.
///
/// - Parameter variables: The variables, which take the place of others of the same name.
public func inherited(adding variables: [String: String]) -> [String] {
    ProcessInfo.processInfo.environment.merging(variables) { $1 }.map { "\($0)=\($1)" }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests that need a PKCS#11 token.
    public static var needsSoftHSM: Self {
        .enabled(
            if: SoftHSMToken.isThere,
            "no SoftHSM, or OpenSSL has neither engine nor provider for it")
    }
}
