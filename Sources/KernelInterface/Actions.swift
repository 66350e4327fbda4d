import DigestList
import LinuxFiles

/// What IMA did with an upload; who uses digest lists ignores those that lack the action he needs.
///
/// The raw values are the bits of the kernel's `actions`, `COMPACT_ACTION_IMA_*` of
/// `<uapi/linux/diglim.h>`.
public struct Actions: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Creates a set from the kernel's bits.
    ///
    /// - Parameter rawValue: The bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It was measured.
    public static let measured = Actions(rawValue: 1)
    /// It was appraised.
    public static let appraised = Actions(rawValue: 2)
    /// All that the lists of packages can get.
    public static let all: Actions = [.measured, .appraised]
}

extension Interface {
    /// What IMA did with a list that was added.
    ///
    /// It takes the same time whatever is loaded.
    ///
    /// - Parameters:
    ///   - list: The list, with its tail.
    ///   - label: Its label.
    /// - Returns: `nil` where the kernel's answer does not name the list.
    public mutating func actions(of list: UnsafeRawBufferPointer, label: Label) -> Actions? {
        let end = list.count - UploadTail.size
        guard end > 0,
            let header = try? CompactHeader(from: list.bytes, at: end, abi: abi),
            end >= header.algorithm.digestSize
        else { return nil }
        let digest = list[end - header.algorithm.digestSize..<end]
        return actions(of: label, asking: Self.question(digest, header.algorithm))
    }

    /// What IMA did with each of the lists that have a label.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - loaded: What is loaded.
    /// - Returns: `nil` where there are none, or the kernel does not tell.
    public mutating func actions(of label: Label, in loaded: borrowing LoadedLists) -> Actions? {
        var common: Actions?
        for index in loaded.range(of: label) {
            guard let actions = actions(of: index, in: loaded) else { continue }
            common = common?.intersection(actions) ?? actions
        }
        return common
    }

    /// What IMA did with a loaded list.
    ///
    /// - Parameters:
    ///   - index: The position of the list's name.
    ///   - loaded: What is loaded.
    /// - Returns: `nil` where the kernel does not tell.
    public mutating func actions(of index: Int, in loaded: borrowing LoadedLists) -> Actions? {
        guard let label = try? loaded.label(of: index) else { return nil }
        let digest = bytes(of: loaded[index]).dropLast(label.bytes.count)
        return actions(of: label, asking: Array(digest))
    }

    private mutating func actions(of label: Label, asking question: [UInt8]) -> Actions? {
        endTurn()
        guard let memory = try? Memory(count: 1 << 20), (try? ask(question)) != nil,
            let answer = try? open(Self.queryName, for: .reading),
            let size = try? answer.read(into: memory.bytes)
        else { return nil }
        let start = label.bytes.dropLast() + StaticString(" (actions: ").bytes
        for line in memory.bytes[..<size].split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(
                separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].starts(with: start) else { continue }
            return parts[2].dropFirst(start.count).first.map {
                Actions(rawValue: $0 & 7).intersection(.all)
            }
        }
        return nil
    }

    /// The text that asks for a digest.
    package static func question(
        _ digest: some Sequence<UInt8>, _ algorithm: HashAlgorithm
    ) -> [UInt8] {
        var question = algorithm.name.bytes + [UInt8(ascii: "-")]
        for byte in digest {
            question += [Hexadecimal.digit(byte >> 4), Hexadecimal.digit(byte)]
        }
        return question
    }

    /// The file that is asked, and then read.
    package static var queryName: StaticString { "digest_query" }

    /// Asks the kernel which loaded lists hold a digest.
    package mutating func ask(_ question: [UInt8]) throws(InterfaceError) {
        let file = try open(Self.queryName, for: .writing)
        _ = try InterfaceError.at(.query, file.write(question))
    }
}
