import DigestList
import KernelInterface
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
        try ask(Self.question(digest, algorithm))
        let file = try open(Self.queryName, for: .reading)
        do throws(Errno) { return try file.contents() } catch {
            if error == .noEntry { return [] }
            throw InterfaceError(.query, error)
        }
    }
}
