import BlackBox
import Foundation
import Testing

@testable import FileDigests

/// Files that are read to their end, and those that do not stay the same.
@Suite struct FileDigestTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Reads a file.
    ///
    /// - Parameter meanwhile: What happens each time that some bytes have been read.
    private func read(
        _ path: String, meanwhile: () -> Void = {}
    ) throws -> Result<FileDigest, HasherError> {
        let file = try OpenFile(path)
        let hasher = try Hasher(.sha256)
        return Result { () throws(HasherError) in
            try FileDigest(of: file.descriptor, by: hasher) { _ in meanwhile() }
        }
    }

    private func write(_ size: Int) throws -> String {
        try directory.write([UInt8](repeating: 7, count: size), to: "file")
    }

    private func append(to path: String) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        #expect(Glibc.write(descriptor, [1], 1) == 1)
        close(descriptor)
    }

    private func error(_ result: Result<FileDigest, HasherError>) -> String? {
        if case .failure(let error) = result { error.text } else { nil }
    }

    @Test(arguments: [0, 1, 300_000], [0o600, 0o755, 0o4444] as [mode_t])
    func unchanged(_ size: Int, _ mode: mode_t) throws {
        let path = try write(size)
        chmod(path, mode)
        let digest = try read(path).get()
        #expect(hexadecimal(digest.digest) == sha256(try directory.bytes(of: "file")))
        #expect(digest.size == size)
        #expect(digest.mode == UInt16(S_IFREG | mode))
    }

    /// Also one that grows as fast as it is read comes to an end.
    @Test(arguments: [10, 1_000_000])
    func growing(_ size: Int) throws {
        let path = try write(size)
        let result = try read(path) { append(to: path) }
        #expect(error(result) == "changed while it was read")
    }

    @Test func cutOff() throws {
        let path = try write(1_000_000)
        #expect(error(try read(path) { truncate(path, 10) }) == "changed while it was read")
    }

    @Test func overwrittenInPlace() throws {
        let path = try write(1_000_000)
        let result = try read(path) {
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            #expect(Glibc.write(descriptor, [1], 1) == 1)
            close(descriptor)
        }
        #expect(error(result) == "changed while it was read")
    }

    @Test func otherMode() throws {
        let path = try write(10)
        #expect(error(try read(path) { chmod(path, 0o755) }) == "changed while it was read")
    }

    /// Reading alone changes nothing, and what becomes of the name is of no meaning.
    @Test func goneMeanwhile() throws {
        let path = try write(0)
        #expect(error(try read(path) { unlink(path) }) == nil)
    }

    @Test(arguments: ["/proc/self/status", "/sys/kernel/mm/transparent_hugepage/enabled"])
    func sizesThatAreNone(_ path: String) throws {
        guard access(path, R_OK) == 0 else { return }
        #expect(error(try read(path)) == "not of the size that its status says")
    }
}
