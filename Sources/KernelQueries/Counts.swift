import KernelInterface
import LinuxFiles

extension Interface {
    /// How many digests the kernel holds, from `digests_count`.
    public struct Counts: Equatable, Sendable {
        /// Digests of parsers.
        public var parser: UInt64 = 0
        /// Digests of files' contents.
        public var file: UInt64 = 0
        /// Digests of files' metadata.
        public var metadata: UInt64 = 0
        /// Digests of the digest lists themselves.
        public var digestList: UInt64 = 0

        /// Creates counts of 0.
        public init() {}
    }

    /// Reads how many digests the kernel holds.
    ///
    /// - Throws: ``InterfaceError`` where the file cannot be read or has not the four lines.
    public func counts() throws(InterfaceError) -> Counts {
        var numbers = try numbersOfLines(in: try contents(of: "digests_count"))[...]
        guard numbers.count >= 4 else { throw InterfaceError(.malformed) }
        var counts = Counts()
        counts.parser = numbers.removeFirst()
        counts.file = numbers.removeFirst()
        counts.metadata = numbers.removeFirst()
        counts.digestList = numbers.removeFirst()
        return counts
    }

    /// The decimal number at the end of each line.
    private func numbersOfLines(in text: [UInt8]) throws(InterfaceError) -> [UInt64] {
        var numbers: [UInt64] = []
        var number: UInt64?
        for byte in text {
            switch byte {
            case UInt8(ascii: "\n"):
                guard let complete = number else { throw InterfaceError(.malformed) }
                numbers.append(complete)
                number = nil
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (tens, tooLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
                let (sum, overflow) = tens.addingReportingOverflow(UInt64(byte & 0xf))
                guard !tooLarge, !overflow else { throw InterfaceError(.malformed) }
                number = sum
            default:
                number = nil
            }
        }
        return numbers
    }

    /// Reads one of the interface's files whole.
    func contents(of name: StaticString) throws(InterfaceError) -> [UInt8] {
        do throws(Errno) {
            let file = try FileDescriptor(
                entry: name.cString, of: directory, for: .reading)
            return try file.contents()
        } catch {
            throw InterfaceError(.read, error)
        }
    }
}

extension FileDescriptor {
    /// The rest of the file; the interface's files do not tell their size.
    func contents() throws(Errno) -> [UInt8] {
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            var span = chunk.mutableSpan
            let count = try span.withUnsafeMutableBytes { bytes throws(Errno) in
                try read(into: bytes)
            }
            contents.append(contentsOf: chunk[..<count])
            if count < chunk.count { return contents }
        }
    }
}
