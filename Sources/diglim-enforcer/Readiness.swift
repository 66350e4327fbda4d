import CBPF
import CommandLineTool
import DigestList
import FileDigests
import Glibc
import LinuxFiles

/// Whether what runs now would go on running if it were enforced.
struct Readiness {
    /// A file that would be refused.
    struct Refused {
        let path: Path
        let reason: String
    }

    /// The files that would be refused.
    private(set) var refused: [Refused] = []
    /// How many files were looked at.
    let count: Int

    /// Looks at everything that runs, and at this project's own programs.
    ///
    /// - Parameters:
    ///   - table: The descriptor of the kernel's table.
    ///   - algorithm: The algorithm of its digests.
    ///   - messages: What shows progress.
    init(
        table: Int32, _ algorithm: HashAlgorithm, _ messages: Messages
    ) throws(CommandError) {
        let hasher: Hasher
        do { hasher = try Hasher(algorithm) } catch { throw CommandError(error.text) }
        let paths = RunningFiles().paths
        count = paths.count
        for (index, path) in paths.enumerated() {
            messages.progress("looking at what runs: \(index) of \(paths.count)")
            if let reason = Self.reason(path, table, hasher) {
                refused.append(Refused(path: path, reason: reason))
            }
        }
        messages.endProgress()
    }

    private static func reason(_ path: Path, _ table: Int32, _ hasher: Hasher) -> String? {
        do throws(CommandError) {
            let file = try openRegularFile(path)
            defer { close(file) }
            let digest: [UInt8]
            do { digest = try FileDigest(of: file, by: hasher).digest } catch {
                throw CommandError(error.text)
            }
            var value: UInt8 = 0
            if bpf_map_lookup_elem(table, digest, &value) == 0 { return nil }
            return "its digest \(hasher.algorithm.name)-\(hexadecimal(digest)) is in no list "
                + "that counts"
        } catch {
            return error.text
        }
    }
}
