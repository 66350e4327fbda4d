import DigestList
import LinuxFiles

extension Interface {
    /// What IMA did with a list that was added, where the kernel tells it under its label.
    ///
    /// It takes the same time whatever is loaded.
    ///
    /// - Parameters:
    ///   - list: The list, with its tail.
    ///   - label: Its label.
    /// - Returns: `nil` where the kernel's answer does not name the list.
    public mutating func actions(
        of list: UnsafeRawBufferPointer, label: Label
    ) -> Actions? {
        endTurn()
        let end = list.count - UploadTail.size
        guard end > 0,
            let header = try? CompactHeader(from: list.bytes, at: end, abi: abi),
            end >= header.algorithm.digestSize,
            let memory = try? Memory(count: 1 << 16)
        else { return nil }
        let digest = Array(list[end - header.algorithm.digestSize..<end])
        guard (try? ask(Self.question(digest, header.algorithm))) != nil,
            let file = try? open(Self.queryName, for: .reading),
            let size = try? file.read(into: memory.bytes)
        else { return nil }
        for line in memory.bytes[..<size].split(separator: UInt8(ascii: "\n"))
        where line.count > label.bytes.count {
            guard let hyphen = line.firstIndex(of: UInt8(ascii: "-")),
                let start = line[(hyphen + 1)...].firstIndex(of: UInt8(ascii: "-"))
            else { continue }
            let rest = line[(start + 1)...]
            let name = label.bytes.dropLast()
            guard rest.starts(with: name), rest.dropFirst(name.count).first == UInt8(ascii: " ")
            else { continue }
            return Actions(in: UnsafeRawBufferPointer(rebasing: rest.dropFirst(name.count)))
        }
        return nil
    }

    /// The text that asks for a digest.
    package static func question(_ digest: [UInt8], _ algorithm: HashAlgorithm) -> [UInt8] {
        var question: [UInt8] = []
        for index in 0..<algorithm.name.utf8CodeUnitCount {
            question.append(algorithm.name.utf8Start[index])
        }
        question.append(UInt8(ascii: "-"))
        for byte in digest {
            question.append(Hexadecimal.digit(byte >> 4))
            question.append(Hexadecimal.digit(byte))
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
