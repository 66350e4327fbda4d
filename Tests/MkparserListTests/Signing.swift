import BlackBox
import Foundation
import Testing

/// What other programs sign.
enum Signing {
    /// Signs a file with `openssl dgst`, to a file of its name and a suffix.
    static func dgst(_ path: String, _ key: X509Key, hash: String = "sha256") throws {
        try output(
            of: "openssl", "dgst", "-\(hash)", "-sign", key.keyPath, "-out", path + ".sig", path)
    }

    /// Signs a file with `openssl cms`, to a file of its name and a suffix.
    static func cms(_ path: String, _ key: X509Key, suffix: String, options: [String] = []) throws {
        try output(
            of: "openssl",
            [
                "cms", "-sign", "-binary", "-noattr", "-nocerts", "-md", "sha256", "-outform",
                "DER", "-signer", key.certificatePath, "-inkey", key.keyPath, "-in", path, "-out",
                path + suffix,
            ] + options)
    }

    /// Verifies a signed list with `openssl cms`.
    ///
    /// - Returns: Whether the signature is good.
    static func isGood(_ file: [UInt8], over list: [UInt8], _ key: X509Key) throws -> Bool {
        let directory = try TemporaryDirectory()
        guard file.starts(with: list) else { return false }
        let message = try directory.write(
            Array(file.dropFirst(list.count).dropLast(40)), to: "message")
        return try runProgram(
            "openssl",
            [
                "cms", "-verify", "-binary", "-inform", "DER", "-in", message, "-content",
                directory.write(list, to: "list"), "-certfile", key.certificatePath, "-nointern",
                "-noverify", "-out", directory.path("output"),
            ]
        ).status == 0
    }
}
