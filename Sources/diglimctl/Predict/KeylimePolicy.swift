import CommandLineTool
import DigestList
import ListVerification
import MeasurementList

/// A runtime policy of Keylime, version 1.
struct KeylimePolicy {
    /// Digests of files by path, for entries with a digest of a file.
    private var digests: [String: [String]] = [:]
    /// Digests of buffers by name, for entries of template `ima-buf`.
    private var buffers: [String: [String]] = [:]
    private let messages: Messages

    /// Begins a policy that accepts nothing.
    ///
    /// - Parameter messages: What tells of names that no policy can have.
    init(_ messages: Messages) { self.messages = messages }

    /// Accepts entries, and the deletion of each upload.
    ///
    /// - Parameter entries: The entries.
    mutating func accept(_ entries: [MeasurementEntry]) {
        for entry in entries {
            guard let event = entry.event else { continue }
            if entry.register != 10 {
                messages.repeatedWarning(
                    printable(event.name), "Keylime takes no entries of other registers than 10")
            }
            guard event.buffer != nil else {
                add(event.name, hexadecimal(event.digest), to: &digests)
                continue
            }
            let rest = event.name.drop { $0 != UInt8(ascii: "_") }
            for start in ["add", "del"] {
                add(Array(start.utf8) + rest, hexadecimal(event.digest), to: &buffers)
            }
        }
    }

    /// Accepts the files of a package.
    ///
    /// - Parameters:
    ///   - path: The package's digest list; one of another format has no paths.
    ///   - abi: The numbering of types.
    /// - Throws: ``CommandError`` where it cannot be read.
    mutating func acceptFiles(of path: Path, abi: ABI) throws(CommandError) {
        var list = ListDescription(of: path)
        try list.read(try readDigestList(path), abi: abi, withDigests: true)
        for digest in list.digests ?? [] {
            guard let path = digest.path else { continue }
            // As IMA writes it into its entries.
            add(
                path.utf8.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 }, digest.digest,
                to: &digests)
        }
    }

    private func add(
        _ name: [UInt8], _ digest: String, to names: inout [String: [String]]
    ) {
        guard let text = String(validating: name, as: UTF8.self) else {
            return messages.repeatedWarning(printable(name), "left out: not UTF-8")
        }
        if names[text]?.contains(digest) != true { names[text, default: []].append(digest) }
    }
}

extension KeylimePolicy: Encodable {
    private enum CodingKeys: String, CodingKey {
        case meta
        case release
        case digests
        case excludes
        case keyrings
        case ima
        case buffers = "ima-buf"
        case verificationKeys = "verification-keys"
    }

    private struct Meta: Encodable {
        let version = 1
        /// Keylime knows its own generators, and 0 for all others.
        let generator = 0
    }

    private struct IMA: Encodable {
        private enum CodingKeys: String, CodingKey {
            case ignoredKeyrings = "ignored_keyrings"
            case logHashAlgorithm = "log_hash_alg"
            case deviceMapperPolicy = "dm_policy"
        }

        func encode(to encoder: Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode([String](), forKey: .ignoredKeyrings)
            try container.encode("sha1", forKey: .logHashAlgorithm)
            try container.encodeNil(forKey: .deviceMapperPolicy)
        }
    }

    func encode(to encoder: Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Meta(), forKey: .meta)
        try container.encode(0, forKey: .release)
        try container.encode(digests, forKey: .digests)
        try container.encode([String](), forKey: .excludes)
        try container.encode([String: [String]](), forKey: .keyrings)
        try container.encode(IMA(), forKey: .ima)
        try container.encode(buffers, forKey: .buffers)
        try container.encode("", forKey: .verificationKeys)
    }
}
