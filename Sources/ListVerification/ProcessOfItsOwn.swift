import CGlibc
import CommandLineTool
import FoundationEssentials
import Glibc
import LinuxFiles

/// Does pieces of work in a process of its own, which another takes the place of when it ends
/// before all is done.
///
/// A library may end its process at what it reads, and nothing that was said of other things is to
/// be lost with it. This program has one thread only, so a copy of it can do what it could.
///
/// - Parameters:
///   - count: The number of pieces.
///   - work: Does a piece, in the other process.
///   - ended: The result of the piece at which the other process ended, in words such as `ended
///     (signal 6)`.
///   - take: Takes the results, in their order.
/// - Throws: What `take` throws.
public func inProcessOfItsOwn<Result: Codable>(
    _ count: Int, work: (Int) -> Result, ended: (Int, String) -> Result,
    take: (Result) throws(CommandError) -> Void
) throws(CommandError) {
    var done = 0
    while done < count {
        let end: String
        do {
            let worker = try Worker(done..<count, work)
            while let result: Result = worker.next() {
                try take(result)
                done += 1
            }
            end = worker.end()
        } catch let error as Errno {
            end = "cannot start a process: \(error.text)"
        } catch {
            throw error as? CommandError ?? CommandError("\(error)")
        }
        if done < count {
            try take(ended(done, end))
            done += 1
        }
    }
}

/// Tries something in a process of its own.
///
/// - Parameter work: What is tried; nothing of it is left.
/// - Returns: How the process ended, in words such as `ended (signal 6)`; `nil` where all is well.
public func endOfProcess(_ work: () -> Void) -> String? {
    var result = ""
    try? inProcessOfItsOwn(
        1,
        work: { _ in
            work()
            return ""
        }, ended: { $1 }, take: { result = $0 })
    return result.isEmpty ? nil : result
}

/// A process that does pieces of work.
private final class Worker {
    private let process: pid_t
    private let results: FileDescriptor
    private var isReaped = false

    init<Result: Encodable>(_ pieces: Range<Int>, _ work: (Int) -> Result) throws(Errno) {
        let pipe = try Pipe()
        process = cglibc_fork()
        if process < 0 { throw .current }
        if process == 0 {
            // What a library says as it ends the process is of no use to anybody.
            dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO)
            for piece in pieces {
                guard let data = try? JSONEncoder().encode(work(piece)),
                    (try? writeAll(frame(data), to: pipe.input.rawValue)) != nil
                else { _exit(1) }
            }
            _exit(0)
        }
        results = pipe.takeOutput()
    }

    deinit { if !isReaped { _ = end() } }

    /// The next result; `nil` at the end of the process.
    func next<Result: Decodable>() -> Result? {
        guard let header = read(MemoryLayout<Int>.size) else { return nil }
        let size = header.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
        guard let data = read(size) else { return nil }
        return try? JSONDecoder().decode(Result.self, from: Data(data))
    }

    private func read(_ size: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size {
            let more = try? systemCall {
                bytes.withUnsafeMutableBytes {
                    Glibc.read(results.rawValue, $0.baseAddress.map { $0 + count }, size - count)
                }
            }
            guard let more, more > 0 else { return nil }
            count += more
        }
        return bytes
    }

    /// Waits for the end of the process, in words.
    func end() -> String {
        isReaped = true
        return endInWords(of: process)
    }
}

/// Waits for the end of a process, in words such as `ended (signal 6)`.
///
/// - Parameter process: The process, a child of this one.
func endInWords(of process: pid_t) -> String {
    var status: Int32 = 0
    _ = try? systemCall { waitpid(process, &status, 0) }
    return status & 0x7f == 0
        ? "ended (status \(status >> 8 & 0xff))" : "ended (signal \(status & 0x7f))"
}

/// A piece of data behind its size.
private func frame(_ data: Data) -> [UInt8] {
    withUnsafeBytes(of: data.count) { Array($0) } + data
}
