import BlackBox
import CLinux
import DigestList
import KernelInterface
import KernelQueries
import LinuxFiles
import Testing

@Suite("Opening the interface") struct OpeningTests {
    /// What the interface in a directory says of itself.
    private func abi(of path: String) throws(InterfaceError) -> ABI {
        try Interface(path: path, waiting: 0).abi
    }

    @Test(
        "The label's file tells the ABI",
        arguments: [
            (["digest_list_label"], ABI.v3), (["digest_label"], .v2),
            (["digest_label", "digest_list_label"], .v3),
        ])
    func abi(files: [String], abi: ABI) throws {
        let interface = try PipeInterface(labelFiles: files)
        #expect(try self.abi(of: interface.path) == abi)
    }

    @Test("Without either there is no telling")
    func neither() throws {
        let interface = try PipeInterface(labelFiles: [])
        #expect(
            error { () throws(InterfaceError) in _ = try abi(of: interface.path) }
                == InterfaceError(.unknownABI))
    }

    @Test("A directory that is none")
    func noDirectory() throws {
        let directory = try TemporaryDirectory()
        try directory.write([], to: "file")
        for (name, number) in [("missing", ENOENT), ("file", ENOTDIR)] {
            let path = directory.path(name)
            #expect(
                error { () throws(InterfaceError) in _ = try abi(of: path) }
                    == InterfaceError(.directory, Errno(rawValue: number)))
        }
    }

    @Test("A label's file that cannot be written")
    func noLabelFile() throws {
        let directory = try TemporaryDirectory()
        try directory.makeDirectory("digest_list_label")
        let path = directory.path
        #expect(
            error { () throws(InterfaceError) in _ = try abi(of: path) }
                == InterfaceError(.open, Errno(rawValue: EISDIR)))
    }

    @Test("No file of the interface can be exchanged for another by a symbolic link")
    func links() throws {
        let directory = try TemporaryDirectory()
        for name in ["digest_list_label", "elsewhere"] { try directory.write([], to: name) }
        for link in ["digest_list_add", "digest_list_del", "digests_count", "digest_lists_loaded"] {
            try #require(symlink("elsewhere", directory.path(link)) == 0)
        }
        let loop = Errno(rawValue: ELOOP)
        var interface = try Interface(path: directory.path, waiting: 0)
        let result = Result { try add(block(1).bytes, label: "a", to: &interface) }
        #expect(throws: InterfaceError(.open, loop)) { try result.get() }
        #expect(throws: InterfaceError(.read, loop)) { _ = try interface.counts() }
        #expect(throws: InterfaceError(.list, loop)) {
            _ = try LoadedLists(of: interface).count
        }
    }

    @Test("The kernel's own interface is on securityfs, or there is none")
    func kernelInterface() throws {
        let path = "\(Interface.defaultPath)"
        let found = error { () throws(InterfaceError) in _ = try Interface(waiting: 0).abi }
        var status = statfs()
        if statfs(path, &status) != 0 {
            #expect(found == InterfaceError(.directory, .current))
        } else {
            let isSecurityFS = status.f_type == 0x7363_6673
            #expect((found == InterfaceError(.notSecurityFS)) == !isSecurityFS)
        }
    }

    @Test("A list that cannot be written to its file")
    func noAddFile() throws {
        let directory = try TemporaryDirectory()
        try directory.write([], to: "digest_list_label")
        var interface = try Interface(path: directory.path, waiting: 0)
        let result = Result { try add(block(1).bytes, label: "a", to: &interface) }
        #expect(throws: InterfaceError(.open, .noEntry)) { try result.get() }
    }
}
