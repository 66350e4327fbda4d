import CLinux
import DigestList
import LinuxFiles

/// The path of a list, written instead of the list.
struct ListPath: Sendable {
    /// What was written.
    let payload: [UInt8]
    /// The path in it, which a line feed ends.
    let bytes: [UInt8]

    /// Takes the path from a payload.
    ///
    /// - Returns: `nil` for a payload that the kernel takes for a list.
    init?(_ payload: [UInt8]) {
        guard payload.first == UInt8(ascii: "/"), payload.count < Interface.maximumAllocation else {
            return nil
        }
        self.payload = payload
        bytes = Array(payload.prefix { $0 != 0 && $0 != UInt8(ascii: "\n") })
    }

    /// Reads the list as the kernel does, and takes an appended signature off.
    ///
    /// - Throws: The error of `open(2)` or `read(2)`; `EINVAL` for what is empty or not a regular
    ///   file.
    func readList() throws(InterfaceError) -> [UInt8] {
        var content: [UInt8]
        do {
            content = try readFile()
        } catch {
            throw .system(error)
        }
        do {
            if let trailer = try SignatureTrailer(
                end: content.span.bytes, fileSize: content.count)
            {
                content.removeLast(SignatureTrailer.size + Int(trailer.signatureLength))
            }
        } catch {
            throw .invalid
        }
        return content
    }

    private func readFile() throws(Errno) -> [UInt8] {
        // What blocks at opening, as a FIFO does, is no regular file either.
        let path = (bytes + [0]).map { CChar(bitPattern: $0) }
        let file = try FileDescriptor(path: path, for: [.reading, .nonBlocking])
        let status = try file.status()
        let size = Int(status.st_size)
        guard status.st_mode & UInt32(S_IFMT) == UInt32(S_IFREG), size > 0 else {
            throw Errno(rawValue: EINVAL)
        }
        guard size <= Int32.max else { throw .fileTooLarge }
        guard size <= Interface.maximumListSize else { throw .noMemory }
        var content = [UInt8](repeating: 0, count: size)
        var span = content.mutableSpan
        let count = try span.withUnsafeMutableBytes { (target) throws(Errno) in
            try file.read(into: target)
        }
        guard count == size else { throw Errno(rawValue: EIO) }
        return content
    }
}
