import CommandLineTool
import FileDigests
import Glibc
import LinuxFiles

/// What processes have mapped to execute it, deleted files among them.
struct RunningFiles {
    private let index: ListIndex
    private let immutableOnly: Bool
    private let hasher: FileDigests.Hasher
    /// The files so far: device and number, as `/proc` has them.
    private var seen: Set<Substring> = []
    /// What has come of it.
    private var outcome = CheckRun.Outcome()

    /// Prepares to look.
    ///
    /// - Parameters:
    ///   - index: What is known.
    ///   - immutableOnly: Whether files that may change count as not known.
    /// - Throws: ``CommandError`` for an algorithm that libcrypto does not have.
    init(_ index: ListIndex, immutableOnly: Bool) throws(CommandError) {
        self.index = index
        self.immutableOnly = immutableOnly
        do { hasher = try Hasher(index.algorithm) } catch { throw CommandError(error.text) }
    }

    /// Looks at all processes.
    ///
    /// - Parameter messages: What tells how far the work has come.
    /// - Throws: ``CommandError`` where there is no `/proc`.
    mutating func perform(_ messages: Messages) throws(CommandError) -> CheckRun.Outcome {
        let processes = try entries(of: Path("/proc")).compactMap { Int32($0.text) }.sorted()
        for (number, process) in processes.enumerated() {
            messages.progress("\(number) of \(processes.count) processes")
            take(process)
        }
        messages.endProgress()
        return outcome
    }

    private mutating func take(_ process: Int32) {
        let place = Path("/proc/\(process)")
        do throws(Errno) {
            for line in try Self.lines(of: place.appending("maps")) {
                // Addresses, permissions, offset, device, number, path.
                let fields = line.split(
                    separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
                guard fields.count == 6, fields[1].contains("x"), fields[4] != "0" else { continue }
                let name = fields[5].drop { $0 == " " }
                guard name.hasPrefix("/"), seen.insert("\(fields[3]) \(fields[4])").inserted
                else { continue }
                take(place.appending("map_files/\(fields[0])"), String(name), process)
            }
        } catch {
            // It has ended meanwhile.
            if error == .noEntry || error.rawValue == ESRCH { return }
            outcome.failures.append(FileFailure(path: place, text: error.text))
        }
    }

    private mutating func take(_ place: Path, _ name: String, _ process: Int32) {
        let path = Path(name)
        do throws(CommandError) {
            guard let file = try OpenFile(place, followsLink: true) else { return }
            let digest: FileDigest
            do { digest = try FileDigest(of: file.descriptor, by: hasher) } catch {
                throw CommandError(error.text)
            }
            outcome.checked += 1
            let verdict = index.verdict(on: digest.digest, immutableOnly: immutableOnly)
            if verdict == .known, file.attribute == nil { return }
            outcome.files.append(
                CheckedFile(
                    path: path, kind: .object, digest: digest.digest, verdict: verdict,
                    attribute: file.attribute, process: process))
        } catch {
            outcome.failures.append(FileFailure(path: path, text: error.text))
        }
    }

    private static func lines(of path: Path) throws(Errno) -> [Substring] {
        let descriptor = try systemCall { path.withCString { open($0, O_RDONLY | O_CLOEXEC) } }
        defer { close(descriptor) }
        var (text, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = try systemCall { read(descriptor, &buffer, buffer.count) }
            if count == 0 { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n")
    }
}
