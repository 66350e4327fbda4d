import CommandLineTool
import Glibc
import ListVerification

extension ListDescription {
    /// The description for people: aligned, and readable at 80 columns.
    var text: String {
        var lines = [Terminal.emphasized(file, on: STDOUT_FILENO)]
        func add(_ title: String, _ value: String) {
            lines.append("  \(columns: title, width: 10)  \(value)")
        }
        let kind =
            switch format {
            case .rpm: "RPM header,"
            case .package: "RPM package, whose list has"
            default: "compact,"
            }
        add("format", "\(kind) \(size ?? 0) bytes")
        if let package { add("package", package) }
        addDigests(add)
        addSignature(add)
        for signature in leftOut ?? [] { Self.add(signature, as: "left out", add) }
        addLabel(add)
        for digest in digests ?? [] {
            lines.append(digest.line)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func addDigests(_ add: (String, String) -> Void) {
        guard let blocks, !blocks.isEmpty else { return add("digests", "none") }
        if format != .compact {
            let counts = "\(mutable ?? 0) mutable, \(immutable ?? 0) immutable"
            return add("digests", "\(counts) (\(blocks[0].algorithm))")
        }
        for (index, block) in blocks.enumerated() {
            let kind = block.immutable ? "immutable" : "mutable"
            let others = block.modifiers & ~1
            let rest = others == 0 ? "" : ", modifiers 0x\(String(block.modifiers, radix: 16))"
            add(
                "block \(index + 1)",
                "\(block.type), \(block.count) \(kind) (\(block.algorithm))\(rest)")
        }
    }

    private func addSignature(_ add: (String, String) -> Void) {
        guard let signature else { return add("signature", "none") }
        Self.add(signature, as: "signature", add)
    }

    private static func add(
        _ signature: SignatureDescription, as title: String, _ add: (String, String) -> Void
    ) {
        let kind = signature.kind == "openpgp" ? "OpenPGP" : "PKCS#7"
        let algorithms = [signature.algorithm, signature.hash].compactMap { $0 }
        let algorithm = algorithms.isEmpty ? "" : ", \(algorithms.joined(separator: "/"))"
        add(title, "\(kind)\(algorithm), \(signature.size) bytes")
        if let key = signature.keyID { add("", "key ID \(key)") }
        if let time = signature.created { add("", "made \(time)") }
        if let issuer = signature.issuer { add("", "issuer \(issuer)") }
        if let serial = signature.serial { add("", "serial \(serial)") }
        if let key = signature.subjectKeyID { add("", "key identifier \(key)") }
    }

    private func addLabel(_ add: (String, String) -> Void) {
        add("label", label ?? "none: the file's name has a character that the kernel refuses")
        if isNamedAsList == false {
            add("", "(no name of a digest list: the parsers pass over the file)")
        }
    }
}

extension ListDescription.Digest {
    /// The digest as a line for people.
    fileprivate var line: String {
        let kind = immutable ? "immutable" : "mutable"
        return "  \(columns: kind, width: 9)  \(digest)" + (path.map { "  \($0)" } ?? "")
    }
}
