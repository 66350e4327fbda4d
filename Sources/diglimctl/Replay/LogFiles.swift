import CommandLineTool
import DigestList
import Glibc
import MeasurementList

/// More than any kernel keeps in memory, in bytes.
private let largestLog = 1 << 29

/// Reads a measurement list.
///
/// - Parameters:
///   - path: The file's path, on securityfs too, where files have no size.
///   - hashers: What tells the bank by its digests.
/// - Throws: ``CommandError`` where it cannot be read.
func readLog(_ path: Path, _ hashers: Hashers) throws(CommandError) -> MeasurementLog {
    let bytes = try readToEnd(of: path, limit: largestLog, for: "a measurement list")
    if bytes.isEmpty { throw CommandError("empty file") }
    return MeasurementLog(bytes, hashers: hashers)
}

/// Says which file an error is about.
///
/// - Parameters:
///   - path: The file.
///   - body: What may fail.
/// - Throws: ``CommandError`` of the body, with the file in front.
func about<Result>(
    _ path: Path, _ body: () throws(CommandError) -> Result
) throws(CommandError) -> Result {
    do throws(CommandError) { return try body() } catch {
        throw CommandError("\(path.text): \(error.text)")
    }
}

/// Reads a file whose size its status may not tell.
///
/// - Parameters:
///   - path: The file.
///   - limit: The size from which on it is refused, in bytes.
///   - kind: What the file is to be, for messages.
/// - Throws: ``CommandError`` where the file is too large or cannot be read.
func readToEnd(
    of path: Path, limit: Int, for kind: String
) throws(CommandError) -> [UInt8] {
    let descriptor = try openRegularFile(path)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count: Int
        do {
            count = try systemCall {
                buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            }
        } catch {
            throw CommandError(error.text)
        }
        if count == 0 { return bytes }
        guard bytes.count + count < limit else { throw CommandError("too large for \(kind)") }
        bytes += buffer[..<count]
    }
}

extension RegisterValues {
    /// Reads what a TPM's registers hold.
    ///
    /// - Parameter path: A file with lines `BANK REGISTER VALUE`; or a directory as the kernel has
    ///   it for a TPM, `/sys/class/tpm/tpm0`, or for one bank of it, `pcr-sha256`.
    /// - Throws: ``CommandError`` where there are none.
    init(at path: Path) throws(CommandError) {
        guard isDirectory(path) else {
            let text = try readToEnd(of: path, limit: 1 << 20, for: "registers")
            do throws(LineError) { try self.init(text) } catch {
                throw CommandError("line \(error.number) is not 'BANK REGISTER VALUE'")
            }
            if banks.isEmpty { throw CommandError("no registers") }
            return
        }
        self.init()
        if let bank = Self.bank(path.canonical ?? path) {
            try add(directory: path, bank)
        } else {
            for name in try entries(of: path) {
                if let bank = Self.bank(name) { try add(directory: path.appending(name), bank) }
            }
        }
        if banks.isEmpty { throw CommandError("no registers: no pcr-sha256 or the like") }
    }

    private static func bank(_ path: Path) -> [UInt8]? {
        let name = path.lastComponent.bytes
        return name.starts(with: "pcr-".utf8) ? Array(name.dropFirst(4)) : nil
    }

    private mutating func add(directory: Path, _ bank: [UInt8]) throws(CommandError) {
        for register in 0..<MeasurementLog.registerCount {
            let path = directory.appending("\(register)")
            guard isRegularFile(path) else { continue }
            let text = try readToEnd(of: path, limit: 4096, for: "a register")
            let digits = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
            guard add(digits, bank: bank, register: register) else {
                throw CommandError("\(path.text): not a value of the bank \(printable(bank))")
            }
        }
    }
}
