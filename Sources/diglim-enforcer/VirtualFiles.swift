import CommandLineTool
import Glibc
import LinuxFiles

/// Reads the beginning of a file of the kernel's, of which no size is told.
///
/// - Parameters:
///   - path: The file's path.
///   - limit: How much of it is wanted at most, in bytes.
/// - Throws: ``CommandError`` where it cannot be read.
func readVirtualFile(_ path: Path, limit: Int = 1 << 16) throws(CommandError) -> [UInt8] {
    do {
        let descriptor = try systemCall { path.withCString { open($0, O_RDONLY | O_CLOEXEC) } }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let more = try systemCall {
                bytes.withUnsafeMutableBytes {
                    read(descriptor, $0.baseAddress.map { $0 + count }, limit - count)
                }
            }
            if more == 0 { break }
            count += more
        }
        return Array(bytes.prefix(count))
    } catch {
        throw CommandError("\(path.text): \(error.text)")
    }
}

/// Whether the kernel's command line wants nothing to be refused, whatever else is asked for.
///
/// It is the way back from the boot menu.
func commandLineWantsAudit() -> Bool {
    guard let text = try? readVirtualFile(Path("/proc/cmdline")) else { return false }
    return text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        .contains { $0.elementsEqual("diglim.mode=audit".utf8) }
}
