import Glibc

/// Digests of one size, and which list each is from: flat, and found by binary search, as a machine
/// may have some hundred thousand.
struct DigestTable: Sendable {
    /// A digest in a list.
    struct Entry: Sendable {
        /// The digest's first bytes, by which entries are sorted.
        fileprivate var start: UInt64
        /// Which of all digests it is.
        fileprivate var number: UInt32
        /// The list's number, twice, and one more for immutable.
        fileprivate var origin: UInt32

        /// The list's number.
        var list: Int { Int(origin >> 1) }
        /// Whether the list says that the file may not change.
        var isImmutable: Bool { origin & 1 != 0 }
    }

    private let size: Int
    private var digests: [UInt8] = []
    private var entries: [Entry] = []

    /// Creates a table without digests.
    ///
    /// - Parameter size: The size of each, in bytes; all algorithms have at least 8.
    init(size: Int) { self.size = size }

    /// The number of digests, those that several lists have as many times.
    var count: Int { entries.count }

    /// Adds a digest.
    ///
    /// - Parameters:
    ///   - digest: The digest.
    ///   - list: The list's number.
    ///   - isImmutable: Whether the list says that the file may not change.
    mutating func add(_ digest: UnsafeRawBufferPointer, list: Int, isImmutable: Bool) {
        precondition(digest.count == size)
        entries.append(
            Entry(
                start: Self.start(of: digest), number: UInt32(entries.count),
                origin: UInt32(list) << 1 | (isImmutable ? 1 : 0)))
        digests.append(contentsOf: digest)
    }

    /// Brings the digests into the order in which they are found, once all have been added.
    mutating func sort() {
        entries.sort { ($0.start, $0.origin) < ($1.start, $1.origin) }
    }

    /// Finds a digest.
    ///
    /// - Parameter digest: The digest.
    /// - Returns: An entry for each time that a list has it, in the lists' order.
    func entries(of digest: [UInt8]) -> [Entry] {
        digest.withUnsafeBytes { digest in
            guard digest.count == size else { return [] }
            let start = Self.start(of: digest)
            return digests.withUnsafeBytes { digests in
                entries[firstIndex(of: start)...].prefix { $0.start == start }.filter {
                    let place = digests.baseAddress! + Int($0.number) * size
                    return memcmp(place, digest.baseAddress!, size) == 0
                }
            }
        }
    }

    private func firstIndex(of start: UInt64) -> Int {
        var range = 0..<entries.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range =
                entries[middle].start < start
                ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    private static func start(of digest: UnsafeRawBufferPointer) -> UInt64 {
        digest.loadUnaligned(as: UInt64.self).bigEndian
    }
}
