import Foundation
import Testing

/// The kernel's program to sign modules with.
public enum SignFile {
    /// Where Debian, Fedora and openSUSE have it.
    public static let path: String? = {
        let folders = ["/usr/lib", "/usr/src", "/usr/src/kernels"]
        let paths = folders.flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.sorted().map { "\(folder)/\($0)/scripts/sign-file" }
        }
        return paths.last { access($0, X_OK) == 0 }
    }()

    /// Signs content.
    ///
    /// - Parameters:
    ///   - content: The content.
    ///   - key: The key and its certificate.
    ///   - hash: The hash algorithm.
    ///   - options: Further options.
    /// - Returns: The signed file's bytes.
    public static func sign(
        _ content: [UInt8], with key: X509Key, hash: String = "sha256", options: [String] = []
    ) throws -> [UInt8] {
        try sign(
            content, key: key.keyPath, certificate: key.certificatePath, hash: hash,
            options: options)
    }

    /// Signs content.
    ///
    /// - Parameters:
    ///   - content: The content.
    ///   - key: The path or URI of the key.
    ///   - certificate: The path of its certificate.
    ///   - hash: The hash algorithm.
    ///   - options: Further options.
    ///   - environment: More variables of the environment.
    /// - Returns: The signed file's bytes.
    public static func sign(
        _ content: [UInt8], key: String, certificate: String, hash: String = "sha256",
        options: [String] = [], environment: [String: String] = [:]
    ) throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        let file = try directory.write(content, to: "content")
        var command = Command(
            path ?? "sign-file",
            options + [hash, key, certificate, file, directory.path("signed")])
        command.environment = inherited(adding: environment)
        let outcome = try command.run()
        guard outcome.status == 0 else { throw CommandError("sign-file: \(outcome.errors)") }
        return try directory.bytes(of: "signed")
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where the kernel's `sign-file` is missing.
    public static var needsSignFile: Self {
        .enabled(if: SignFile.path != nil, "no sign-file, which linux-kbuild has")
    }
}
