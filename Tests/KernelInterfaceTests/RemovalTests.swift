import BlackBox
import CLinux
import KernelInterface
import LinuxFiles
import Testing

@Suite("Deleting lists") struct RemovalTests {
    @Test("All lists with the label go, each as it was uploaded, and no others")
    func several() throws {
        let pipe = try PipeInterface()
        let lists = (0..<5).map { block(1 + $0, isImmutable: $0 % 2 == 0).bytes }
        for list in lists { try pipe.load(list, label: "wanted") }
        try pipe.load(block(9).bytes, label: "wanted-not")
        try pipe.load(block(10).bytes, label: "wante")
        try pipe.load(block(11).bytes, label: "wanted.ascii")
        var interface = try Interface(path: pipe.path, waiting: 0)
        #expect(try delete(label: "wanted", from: &interface))
        let operations = try pipe.operations()
        #expect(operations.map(\.label) == Array(repeating: "wanted", count: 5))
        #expect(Set(operations.map(\.list)) == Set(lists))
    }

    @Test("What is not loaded is not deleted")
    func notLoaded() throws {
        let pipe = try PipeInterface()
        try pipe.load(block(1).bytes, label: "other")
        var interface = try Interface(path: pipe.path, waiting: 0)
        #expect(try !delete(label: "wanted", from: &interface))
        #expect(pipe.written().isEmpty)
    }

    @Test("The view in words of another list is not taken for a list")
    func views() throws {
        let pipe = try PipeInterface()
        try pipe.load(block(1).bytes, label: "x")
        var interface = try Interface(path: pipe.path, waiting: 0)
        #expect(try !delete(label: "x.ascii", from: &interface))
        try pipe.load(block(2).bytes, label: "x.ascii")
        #expect(try delete(label: "x.ascii", from: &interface))
        #expect(pipe.written() == Array("x.ascii\0".utf8) + block(2).bytes)
    }

    @Test("Entries that the kernel left empty are passed over")
    func emptyEntries() throws {
        let pipe = try PipeInterface()
        try pipe.load([], label: "empty")
        try pipe.load([], label: "both")
        try pipe.load(block(1).bytes, label: "both")
        var interface = try Interface(path: pipe.path, waiting: 0)
        #expect(try !delete(label: "empty", from: &interface))
        #expect(try delete(label: "both", from: &interface))
        #expect(pipe.written() == Array("both\0".utf8) + block(1).bytes)
    }

    @Test("A list that is larger than the kernel takes cannot be one, and stays")
    func tooLarge() throws {
        let pipe = try PipeInterface()
        try pipe.load([UInt8](repeating: 0, count: 4 << 20), label: "large")
        try pipe.load([UInt8](repeating: 0, count: 4 << 20 - 1), label: "largest")
        var interface = try Interface(path: pipe.path, waiting: 0)
        let result = Result { try delete(label: "large", from: &interface) }
        #expect(throws: InterfaceError(.tooLarge)) { try result.get() }
        #expect(try delete(label: "largest", from: &interface))
    }

    @Test("One list that stays does not keep the others, and is told")
    func failure() throws {
        let pipe = try PipeInterface()
        for number in 1...3 { try pipe.load(block(number).bytes, label: "some") }
        try pipe.unload(block(2).bytes, label: "some")
        // A directory of that name cannot be read.
        let name = "sha256-\(sha256(block(2).bytes))-some"
        try #require(mkdir("\(pipe.path)/digest_lists_loaded/\(name)", 0o700) == 0)
        var interface = try Interface(path: pipe.path, waiting: 0)
        let result = Result { try delete(label: "some", from: &interface) }
        #expect(throws: InterfaceError(.read, Errno(rawValue: EISDIR))) { try result.get() }
        let deleted = try pipe.operations().map(\.list)
        #expect(Set(deleted) == [block(1).bytes, block(3).bytes])
    }

    @Test("A list that somebody else deletes meanwhile is no failure")
    func gone() throws {
        let pipe = try PipeInterface()
        try pipe.load(block(1).bytes, label: "some")
        var interface = try Interface(path: pipe.path, waiting: 0)
        let loaded = try LoadedLists(of: interface)
        try pipe.unload(block(1).bytes, label: "some")
        #expect(try !interface.delete(label: label("some"), in: loaded))
    }
}
