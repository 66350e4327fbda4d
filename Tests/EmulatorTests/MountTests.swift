import BlackBox
import DigestList
import DigestListTools
import Foundation
import Testing

@Suite(.needs(.emulator))
struct MountTests {
    private let list = compactList(.of(1, 2))

    private func name(_ list: [UInt8], label: String) -> String {
        "sha256-\(sha256(list))-\(label)"
    }

    // MARK: Files

    @Test("The files are there, with the kernel's permissions", arguments: InterfaceProgram.built)
    func files(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let modes = [
            "digest_list_add": 0o200, "digest_list_del": 0o200, "digest_list_label": 0o600,
            "digest_query": 0o600, "digests_count": 0o440, "digest_lists_loaded": 0o755,
        ]
        let names = try FileManager.default.contentsOfDirectory(atPath: emulator.directory)
        let all = modes.merging(program.additionalFiles) { mode, _ in mode }
        #expect(Set(names) == Set(all.keys))
        for (name, mode) in all {
            #expect(try permissions(emulator.path(name)) == mode, "\(name)")
        }
        #expect(emulator.add(list, label: "test") == "ok")
        let loaded = "digest_lists_loaded/\(name(list, label: "test"))"
        #expect(try permissions(emulator.path(loaded)) == 0o440)
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("v2 has another label file and other numbers", arguments: InterfaceProgram.built)
    func oldABI(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program, options: ["--abi", "v2"])
        #expect(emulator.write(Array("x\0".utf8), to: "digest_label") == "ok")
        #expect(emulator.write(Array("x\0".utf8), to: "digest_list_label") == "ENOENT")
        let list = compactList(ListBlock(type: 2, ListBlock.of(1).digests))
        #expect(emulator.add(list) == "ok")
        #expect(try emulator.counts() == ["0", "1", "0", "1"])
        let ascii = try emulator.text("digest_lists_loaded/\(name(list, label: "x")).ascii")
        #expect(ascii.contains("type: 2"))
    }

    @Test("Nothing can be made or removed by hand", arguments: InterfaceProgram.built)
    func fixedNames(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        #expect(emulator.open("new", O_CREAT | O_WRONLY) == -1)
        #expect(errorName(errno) == "EACCES")
        #expect(mkdir(emulator.path("new"), 0o700) == -1)
        #expect(errorName(errno) == "EPERM")
        #expect(unlink(emulator.path("digest_list_add")) == -1)
        #expect(errorName(errno) == "EPERM")
    }

    @Test("What cannot be read or written says so", arguments: InterfaceProgram.built)
    func wrongDirections(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        for file in ["digest_list_add", "digest_list_del"] {
            for flags in [O_RDONLY, O_RDWR] {
                #expect(emulator.open(file, flags) == -1)
                #expect(errorName(errno) == "EACCES")
            }
        }
        #expect(emulator.write([1], to: "digests_count") == "EINVAL")
        #expect(emulator.add(list, label: "test") == "ok")
        let loaded = "digest_lists_loaded/\(name(list, label: "test"))"
        #expect(emulator.write([1], to: loaded) == "EINVAL")
        // The kernel would kill the reader.
        let label = emulator.open("digest_list_label", O_RDONLY)
        defer { close(label) }
        var byte: UInt8 = 0
        #expect(read(label, &byte, 1) == -1)
        #expect(errorName(errno) == "EIO")
    }

    @Test("Only one of add, del and query is open at a time", arguments: InterfaceProgram.built)
    func exclusivity(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let files = ["digest_list_add", "digest_list_del", "digest_query"]
        for held in files {
            let descriptor = emulator.open(held, O_WRONLY)
            #expect(descriptor >= 0)
            for file in files {
                #expect(emulator.write(list, to: file) == "EBUSY")
            }
            #expect(emulator.write(Array("x\0".utf8), to: "digest_list_label") == "ok")
            #expect(try emulator.counts() == ["0", "0", "0", "0"])
            close(descriptor)
        }
        #expect(emulator.add(list) == "ok")
    }

    @Test(
        "Who opens right after a close is not told EBUSY, however many files others close",
        arguments: InterfaceProgram.built)
    func closes(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let script = """
            trap 'kill -9 $closers' EXIT
            for closer in 1 2 3 4; do
                while :; do
                    exec 3<$0 4<$0 5<$0 6<$0 7<$0 8<$0 9<$0
                    exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
                done &
                closers="$closers $!"
            done
            for number in $(seq 1000); do : >$1; done
            """
        let paths = [emulator.path("digests_count"), emulator.path("digest_list_add")]
        let outcome = try runProgram("sh", ["-c", script] + paths)
        #expect(outcome.errors == "")
    }

    // MARK: Lists

    @Test("Lists are listed and shown, and queries answered", arguments: InterfaceProgram.built)
    func shown(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let list = compactList(.numbered(1000))
        #expect(emulator.add(list, label: "test") == "ok")
        let name = name(list, label: "test")
        #expect(try emulator.loadedNames() == [Array(name.utf8), Array("\(name).ascii".utf8)])
        #expect(try emulator.read("digest_lists_loaded/\(name)") == list)
        let lines = try emulator.text("digest_lists_loaded/\(name).ascii").split(separator: "\n")
        #expect(lines.count == 1001)
        #expect(
            lines[0].hasPrefix("actions: \(program.actions), version: 1, algo: sha256, type: 1"))
        let query = "sha256-" + String(repeating: "00", count: 32) + "\n"
        let actions = "(actions: \(program.actions))"
        #expect(emulator.query(query).hasPrefix("\(name) \(actions): version: 1"))
        #expect(emulator.delete(list, label: "test") == "ok")
        #expect(emulator.query(query) == "")
        #expect(try emulator.loadedNames().isEmpty)
    }

    @Test("Labels are bytes, not text", arguments: InterfaceProgram.built)
    func byteLabels(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        #expect(emulator.write([0xe9, 0xff, 0], to: "digest_list_label") == "ok")
        #expect(emulator.add(list) == "ok")
        #expect(try emulator.loadedNames().first?.suffix(3) == [0x2d, 0xe9, 0xff])
    }

    @Test(
        "Several writes on one descriptor are an operation each", arguments: InterfaceProgram.built)
    func sameDescriptor(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        for flags in [O_WRONLY, O_WRONLY | O_APPEND] {
            let add = emulator.open("digest_list_add", flags)
            #expect(MountedEmulator.write(list, to: add) == "ok")
            #expect(MountedEmulator.write(list, to: add) == "EEXIST")
            #expect(MountedEmulator.write(compactList(.of(3)), to: add) == "ok")
            close(add)
            let delete = emulator.open("digest_list_del", flags)
            #expect(MountedEmulator.write(list, to: delete) == "ok")
            #expect(MountedEmulator.write(compactList(.of(3)), to: delete) == "ok")
            close(delete)
            #expect(try emulator.counts() == ["0", "0", "0", "0"])
        }
    }

    @Test("At another position than 0 nothing is written", arguments: InterfaceProgram.built)
    func positions(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let add = emulator.open("digest_list_add", O_WRONLY)
        defer { close(add) }
        #expect(pwrite(add, list, list.count, 1) == -1)
        #expect(errorName(errno) == "EINVAL")
        #expect(pwrite(add, list, list.count, 0) == list.count)
    }

    @Test("Opening with O_TRUNC, as shells do, is well", arguments: InterfaceProgram.built)
    func truncation(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        #expect(emulator.write(list, to: "digest_list_add", flags: O_WRONLY | O_TRUNC) == "ok")
        #expect(truncate(emulator.path("digest_list_add"), 0) == 0)
    }

    @Test("The directory can be read while it changes", arguments: InterfaceProgram.built)
    func changingDirectory(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let lists = (0..<200).map { compactList(.of(UInt8($0))) }
        for list in lists { #expect(emulator.add(list) == "ok") }
        let directory = try #require(opendir(emulator.path("digest_lists_loaded")))
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil {
            if count < lists.count {
                #expect(emulator.delete(lists[count]) == "ok")
            }
            count += 1
        }
        #expect(count == 2 + 2 * lists.count)
        rewinddir(directory)
        count = 0
        while readdir(directory) != nil { count += 1 }
        #expect(count == 2)
    }

    // MARK: Sizes

    @Test(
        "A list of nearly 4 MiB is one operation, wherever in memory it stands",
        arguments: InterfaceProgram.built)
    func largest(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let list = largestList()
        for shift in [0, 1, 4095] {
            let memory = UnsafeMutableRawBufferPointer.allocate(
                byteCount: list.count + shift, alignment: 4096)
            defer { memory.deallocate() }
            UnsafeMutableRawBufferPointer(rebasing: memory[shift...]).copyBytes(from: list)
            let add = emulator.open("digest_list_add", O_WRONLY)
            let written = try #require(memory.baseAddress) + shift
            #expect(write(add, written, list.count) == list.count)
            close(add)
            #expect(emulator.delete(list) == "ok")
        }
        #expect(emulator.add(list) == "ok")
        #expect(emulator.add(list) == "EEXIST")
        #expect(try emulator.counts() == ["0", "131071", "0", "1"])
        #expect(try emulator.read("digest_lists_loaded/\(name(list, label: "parser"))") == list)
    }

    @Test("From 4 MiB on there is no memory", arguments: InterfaceProgram.built)
    func tooLarge(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        for size in [4 << 20, 4 << 20 + 1, 9 << 20] {
            let bytes = [UInt8](repeating: 0, count: size)
            #expect(emulator.write(bytes, to: "digest_list_add") == "ENOMEM")
        }
        let garbage = [UInt8](repeating: 0, count: (4 << 20) - 1)
        #expect(emulator.write(garbage, to: "digest_list_add") == "EINVAL")
    }

    @Test("Pieces are put together again", arguments: [4096, 1 << 20, 3 << 20])
    func pieces(maximum: Int) throws {
        let emulator = try MountedEmulator("--max-write", "\(maximum)")
        let list = compactList(.numbered(100_000))
        let add = emulator.open("digest_list_add", O_WRONLY)
        #expect(MountedEmulator.write(list, to: add) == "ok")
        #expect(MountedEmulator.write(compactList(.of(1)), to: add) == "ok")
        close(add)
        #expect(try emulator.counts() == ["0", "100001", "0", "2"])
        #expect(try emulator.read("digest_lists_loaded/\(name(list, label: "parser"))") == list)
    }

    @Test("An error after the first piece comes back as a short write")
    func shortWrites() throws {
        let emulator = try MountedEmulator("--max-write", "1048576")
        var list = compactList(.numbered(100_000), .of(1))
        #expect(emulator.add(list) == "ok")
        #expect(emulator.add(list) == "\(3 << 20)")
        list[list.count - 32 - 16] = 2
        #expect(emulator.add(list) == "\(3 << 20)")
        list[0] = 2
        #expect(emulator.add(list) == "EINVAL")
        #expect(try emulator.counts() == ["0", "100001", "0", "1"])
    }

    // MARK: Paths

    @Test(
        "A path stands for the list in the file, without its signature",
        arguments: InterfaceProgram.built)
    func paths(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let directory = try TemporaryDirectory()
        let signature: [UInt8] = [1, 2, 3]
        let trailer = SignatureTrailer.Kind.pkcs7.trailer(signatureLength: 3)
        let path = try directory.write(list + signature + trailer, to: "0-file_list-compact-x")
        #expect(emulator.write(Array("kept\0".utf8), to: "digest_list_label") == "ok")
        #expect(emulator.write(Array("\(path)\n".utf8), to: "digest_list_add") == "ok")
        let loaded = name(list, label: "0-file_list-compact-x")
        #expect(try emulator.loadedNames().first == Array(loaded.utf8))
        #expect(try emulator.read("digest_lists_loaded/\(loaded)") == list)
        #expect(emulator.write(Array(path.utf8), to: "digest_list_del") == "ok")
        #expect(try emulator.loadedNames().isEmpty)
        #expect(emulator.add(list) == "ok")
        #expect(try emulator.loadedNames().first == Array(name(list, label: "kept").utf8))
    }

    @Test(
        "A path to what is no list fails, also where it leads back into the interface",
        arguments: InterfaceProgram.built)
    func wrongPaths(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        let directory = try TemporaryDirectory()
        #expect(mkfifo(directory.path("fifo"), 0o600) == 0)
        let empty = try directory.write([], to: "empty")
        let broken = try directory.write(list + [1], to: "broken")
        #expect(emulator.add(list, label: "test") == "ok")
        let expected = [
            directory.path("missing"): "ENOENT", directory.path("fifo"): "EINVAL",
            empty: "EINVAL", broken: "EINVAL", "\(empty)/x": "ENOTDIR",
            directory.path: "EINVAL", "/": "EINVAL",
            "/dev/zero": "EINVAL", emulator.path("digests_count"): "EINVAL",
            emulator.path("digest_list_add"): "EACCES",
            emulator.path("digest_lists_loaded/\(name(list, label: "test"))"): "EINVAL",
            "/" + String(repeating: "x", count: 5000): "ENAMETOOLONG",
        ]
        for (path, error) in expected {
            #expect(emulator.write(Array(path.utf8), to: "digest_list_add") == error, "\(path)")
        }
        #expect(try emulator.counts() == ["0", "2", "0", "1"])
    }
}
