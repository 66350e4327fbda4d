import BlackBox
import CLinux
import Foundation
import LinuxFiles
import Testing

@Suite("Files") struct FileDescriptorTests {
    @Test("Reading goes on until the memory is full or the file ends")
    func reading() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 13) }
        // A pipe holds less than that, and gives no more at once than it holds.
        Thread.detachNewThread {
            guard let file = try? FileDescriptor(path: path, for: .writing) else { return }
            var done = 0
            while done < bytes.count {
                let count = bytes[done...].withUnsafeBytes { try? file.write($0) }
                done += count ?? bytes.count
            }
        }
        let file = try FileDescriptor(path: path, for: .reading)
        var memory = [UInt8](repeating: 0, count: 200_000)
        let first = try read(file, into: &memory)
        #expect(first == 200_000)
        #expect(memory == Array(bytes[..<200_000]))
        let second = try read(file, into: &memory)
        #expect(second == 100_000)
        #expect(memory[..<100_000] == bytes[200_000...])
        let third = try read(file, into: &memory)
        #expect(third == 0)
    }

    private func read(
        _ file: borrowing FileDescriptor, into memory: inout [UInt8]
    ) throws(Errno) -> Int {
        var span = memory.mutableSpan
        return try span.withUnsafeMutableBytes { bytes throws(Errno) in
            try file.read(into: bytes)
        }
    }

    @Test("Descriptors are closed on exec, and at the end of their life")
    func closing() throws {
        let directory = try TemporaryDirectory()
        try directory.write([], to: "file")
        let number = try withDescriptor(directory.path("file")) { file in
            #expect(clinux_descriptor_flags(file.rawValue) == FD_CLOEXEC)
            return file.rawValue
        }
        var status = stat()
        var other = stat()
        try #require(stat(directory.path("file"), &other) == 0)
        // Another thread may have got the same number for another file since.
        let isOpen = fstat(number, &status) == 0
        #expect(!isOpen || status.st_ino != other.st_ino || status.st_dev != other.st_dev)
    }

    private func withDescriptor<Result>(
        _ path: String, _ body: (borrowing FileDescriptor) -> Result
    ) throws -> Result {
        body(try FileDescriptor(path: path, for: .reading))
    }

    @Test("A symbolic link is seen as what it is")
    func links() throws {
        let directory = try TemporaryDirectory()
        try directory.write([1, 2, 3], to: "file")
        try #require(symlink("file", directory.path("link")) == 0)
        let folder = try FileDescriptor(path: directory.path, for: [.reading, .directory])
        let (link, file) = (try folder.status(of: "link"), try folder.status(of: "file"))
        #expect(link.isSymbolicLink && !link.isRegular)
        #expect(file.isRegular && !file.isSymbolicLink)
        #expect(file.st_size == 3)
        #expect(try !folder.status().isRegular)
        #expect(throws: Errno(rawValue: ELOOP)) {
            _ = try FileDescriptor(entry: "link", of: folder, for: .reading)
        }
        let (hasFile, hasOther) = (folder.hasEntry("file"), folder.hasEntry("other"))
        #expect(hasFile && !hasOther)
    }

    @Test("What is mounted over an entry is not entered")
    func mounts() throws {
        let root = try FileDescriptor(path: "/", for: [.reading, .directory])
        #expect(throws: Errno(rawValue: EXDEV)) {
            _ = try FileDescriptor(entry: "proc", of: root, for: .reading)
        }
    }

    @Test("A file system is known by its number")
    func fileSystems() throws {
        #expect(try FileDescriptor(path: "/proc", for: .reading).isOnFileSystem(.procfs))
        #expect(try !FileDescriptor(path: "/", for: .reading).isOnFileSystem(.procfs))
    }

    @Test("Errors have the C library's symbols and words")
    func errors() {
        for number in 1...133 as ClosedRange<Int32> where number != 41 && number != 58 {
            let error = Errno(rawValue: number)
            #expect(error.name.map { String(cString: $0) } == errorName(number))
            #expect(error.reason.map { String(cString: $0) } == String(cString: strerror(number)))
        }
        #expect(Errno(rawValue: 9999).name == nil)
        #expect(Errno(rawValue: 9999).reason == nil)
    }
}
