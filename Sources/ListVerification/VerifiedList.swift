/// What the file of a digest list has been found to be worth.
public enum VerifiedList: Equatable, Sendable {
    /// Its signature is good, and these are the uploads for it: one, or several where the kernel
    /// takes no list of that size.
    case good([Upload])
    /// It does not count, for a reason in words.
    case refused(String)

    /// One upload of a list.
    public struct Upload: Hashable, Sendable {
        /// The SHA-256 of the bytes.
        public var digest: [UInt8]
        /// The number of bytes.
        public var size: Int

        /// Creates an upload.
        ///
        /// - Parameters:
        ///   - digest: The SHA-256 of the bytes.
        ///   - size: The number of bytes.
        public init(digest: [UInt8], size: Int) {
            self.digest = digest
            self.size = size
        }
    }

    /// A reason that whoever has written a signature made longer than this is cut, in characters.
    static let maximumReason = 400

    /// Says that a list does not count.
    init(because reason: String) {
        let isShort = reason.utf8.count <= Self.maximumReason
        self = .refused(isShort ? reason : "\(reason.prefix(Self.maximumReason))…")
    }
}

extension VerifiedList {
    private static let digestSize = 32
    private static let uploadSize = digestSize + MemoryLayout<Int>.size

    /// The result as bytes, for another process.
    var encoded: [UInt8] {
        switch self {
        case .good(let uploads):
            [1] + uploads.flatMap { $0.digest + withUnsafeBytes(of: $0.size) { Array($0) } }
        case .refused(let reason): [0] + Array(reason.utf8)
        }
    }

    /// Reads a result.
    ///
    /// - Parameter bytes: What another process has sent.
    /// - Returns: `nil` for what is no result.
    init?(_ bytes: ArraySlice<UInt8>) {
        let content = bytes.dropFirst()
        switch bytes.first {
        case 0: self = .refused(String(decoding: content, as: UTF8.self))
        case 1 where content.count % Self.uploadSize == 0:
            self = .good(
                stride(from: content.startIndex, to: content.endIndex, by: Self.uploadSize).map {
                    let size = content[($0 + Self.digestSize)...].withUnsafeBytes {
                        $0.loadUnaligned(as: Int.self)
                    }
                    return Upload(
                        digest: Array(content[$0..<$0 + Self.digestSize]), size: size)
                })
        default: return nil
        }
    }
}
