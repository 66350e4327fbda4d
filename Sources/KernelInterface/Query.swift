import DigestList
import LinuxFiles

extension Interface {
    /// Asks the kernel which loaded lists hold a digest.
    ///
    /// - Parameters:
    ///   - digest: The digest.
    ///   - algorithm: Its algorithm.
    /// - Returns: The kernel's answer, a line for each list; empty where none holds the digest.
    /// - Throws: ``InterfaceError`` where the kernel does not answer.
    public mutating func query(
        _ digest: [UInt8], algorithm: HashAlgorithm
    ) throws(InterfaceError) -> [UInt8] {
        endTurn()
        var question: [UInt8] = []
        for index in 0..<algorithm.name.utf8CodeUnitCount {
            question.append(algorithm.name.utf8Start[index])
        }
        question.append(UInt8(ascii: "-"))
        for byte in digest {
            question.append(Hexadecimal.digit(byte >> 4))
            question.append(Hexadecimal.digit(byte))
        }
        try ask(question)
        let file = try open(Self.queryName, for: .reading)
        do throws(Errno) { return try file.contents() } catch {
            if error == .noEntry { return [] }
            throw InterfaceError(.query, error)
        }
    }

    private static var queryName: StaticString { "digest_query" }

    private mutating func ask(_ question: [UInt8]) throws(InterfaceError) {
        let file = try open(Self.queryName, for: .writing)
        do throws(Errno) {
            _ = try question.span.withUnsafeBytes { bytes throws(Errno) in
                try file.write(bytes)
            }
        } catch {
            throw InterfaceError(.query, error)
        }
    }
}
