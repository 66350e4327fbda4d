import AppendedSignature
import BlackBox

/// `openssl cms`.
enum OpensslCMS {
    /// Verifies a message.
    ///
    /// - Returns: What `openssl` did.
    static func verify(
        _ message: [UInt8], over content: [UInt8], certificate: String
    ) throws -> Outcome {
        let directory = try TemporaryDirectory()
        return try runProgram(
            "openssl",
            [
                "cms", "-verify", "-binary", "-inform", "DER", "-in",
                directory.write(message, to: "message"), "-content",
                directory.write(content, to: "content"), "-certfile", certificate, "-nointern",
                "-noverify", "-out", directory.path("output"),
            ])
    }

    /// Signs content.
    ///
    /// - Returns: A detached message in DER.
    static func sign(
        _ content: [UInt8], _ key: X509Key, hash: String = "sha256", options: [String]
    ) throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        try output(
            of: "openssl",
            [
                "cms", "-sign", "-binary", "-outform", "DER", "-in",
                directory.write(content, to: "content"), "-signer", key.certificatePath, "-inkey",
                key.keyPath, "-md", hash, "-out", directory.path("message"),
            ] + options)
        return try directory.bytes(of: "message")
    }

    /// Whether the library of this `openssl` knows Ed25519 in messages: 3.0 does not, 3.5 does.
    static let hasEd25519: Bool = {
        let words = ((try? output(of: "openssl", "version")) ?? "").split(separator: " ")
        let version = words.lastIndex { $0 == "OpenSSL" }.map { words[$0 + 1] } ?? "0"
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        return !numbers.lexicographicallyPrecedes([3, 5])
    }()
}
