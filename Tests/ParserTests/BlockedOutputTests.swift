import BlackBox
import Foundation
import Testing

/// What is told to people who do not read.
@Suite(.needs(.parser, .emulator))
struct BlockedOutputTests {
    @Test(
        "While standard error is full, the interface is free for others",
        arguments: ["add", "sync", "del"])
    func fullPipe(operation: String) throws {
        let directory = try TemporaryDirectory()
        let emulator = try MountedEmulator("--fail-every", "4:EIO")
        let names = ["a", "b", "c"].map(listName)
        for (seed, name) in names.enumerated() { try directory.write(.package(seed), to: name) }
        if operation == "del" {
            #expect(try emulator.run("add", directory.path).status == 0)
        } else {
            #expect(emulator.add([0], label: "x") == "EINVAL")
            #expect(emulator.add([0], label: "x") == "EINVAL")
        }
        let fifo = directory.path("fifo")
        try #require(mkfifo(fifo, 0o600) == 0)
        let pipe = Glibc.open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        try #require(pipe >= 0)
        while Glibc.write(pipe, [UInt8](repeating: 0, count: 4096), 4096) > 0 {}
        let program = try Command(
            "/bin/sh",
            [
                "-c", "exec \"$0\" \"$@\" 2>'\(fifo)'", Program.parser.path, "--interface",
                emulator.directory, operation, directory.path,
            ]
        ).start()
        let file = operation == "del" ? "digest_list_del" : "digest_list_add"
        let earlier = operation == "del" ? 0 : 2
        try wait {
            try emulator.operations().count { $0.file == file } >= earlier + 1
                && emulator.operations().contains { $0.file == file && $0.result == "EIO" }
        }
        // It can neither go on nor end, and holds nothing.
        try wait {
            let descriptor = emulator.open("digest_list_add", O_WRONLY)
            if descriptor >= 0 { close(descriptor) }
            return descriptor >= 0
        }
        usleep(100_000)
        let descriptor = emulator.open("digest_list_add", O_WRONLY)
        #expect(descriptor >= 0)
        close(descriptor)
        let reader = Thread {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while read(pipe, &buffer, buffer.count) > 0 || errno == EAGAIN { usleep(1000) }
        }
        reader.start()
        #expect(try program.outcome(within: 60).status == 1)
    }
}
