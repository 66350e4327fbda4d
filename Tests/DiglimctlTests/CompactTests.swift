import BlackBox
import Foundation
import Testing

/// Compact lists of files, beside the programs that everybody takes digests with.
@Suite(.needs(.diglimctl))
struct CompactTests {
    private let directory: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    /// Makes a list.
    ///
    /// - Returns: What was printed, and the list's blocks.
    private func compact(
        _ arguments: String..., status: Int32 = 0
    ) throws -> (result: CompactResult, blocks: [ListBlock]) {
        let outcome = try Diglimctl.run(
            ["compact", "--output", output.path, "--json"] + arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        let result = try outcome.json(CompactResult.self)
        let blocks = try ListBlock.blocks(of: readFile(result.list))
        #expect(blocks.reduce(0) { $0 + $1.digests.count } == result.mutable + result.immutable)
        return (result, blocks)
    }

    // /etc has symbolic links to directories, and files that only their owners may read.
    @Test(arguments: ["/usr/bin", "/etc"]) func filesOfThisMachine(_ folder: String) throws {
        let files = try ReferenceFile.all(in: folder)
        let unreadable = try BlackBox.output(
            of: "sh", "-c",
            "find '\(folder)' '(' -type f -o -type d ')' ! -readable -printf x 2>/dev/null || :"
        ).count
        let (result, blocks) = try compact(folder, status: unreadable == 0 ? 0 : 1)
        let name = folder.split(separator: "/").last ?? ""
        #expect(result.list == output.path("0-file_list-compact-\(name)"))
        #expect(result.result == "written")
        #expect(result.algorithm == "sha256")
        #expect(result.failed == unreadable)
        #expect(blocks == files.blocks())
    }

    @Test(
        arguments: [
            ("md5", 1, "md5sum"), ("sha1", 2, "sha1sum"), ("sha224", 7, "sha224sum"),
            ("sha256", 4, "sha256sum"), ("sha384", 5, "sha384sum"), ("sha512", 6, "sha512sum"),
        ] as [(String, UInt16, String)])
    func algorithms(_ name: String, _ number: UInt16, _ program: String) throws {
        for size in [0, 1, 64, (1 << 18) - 1, 1 << 18, (1 << 18) + 1] {
            try directory.write([UInt8](repeating: 0x41, count: size), to: "\(size)")
        }
        let sparse = open(directory.path("sparse"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
        #expect(ftruncate(sparse, 100_000_000) == 0)
        close(sparse)
        let files = try ReferenceFile.all(in: directory.path, program: program)
        let (result, blocks) = try compact("--algorithm", name, "--name", "x", directory.path)
        #expect(blocks == files.blocks(algorithm: number))
        #expect(result.algorithm == name)
        #expect(result.mutable == 6)
        #expect(result.immutable == 1)
    }

    @Test func namesOfAllKinds() throws {
        try makeOddFiles(in: directory.path)
        let files = try ReferenceFile.all(in: directory.path)
        #expect(files.count == oddNames.count)
        #expect(try compact("--name", "odd", directory.path).blocks == files.blocks())
    }

    /// The order depends on the names alone, however many threads there are.
    @Test func sameBytesEveryTime() throws {
        for number in 0..<500 {
            let folder = try directory.makeDirectory("\(number % 7)/\(number % 5)")
            let path = try directory.write("\(number)", to: "\(number % 7)/\(number % 5)/\(number)")
            chmod(path, number % 3 == 0 ? 0o755 : 0o644)
            #expect(!folder.isEmpty)
        }
        let files = try ReferenceFile.all(in: directory.path)
        #expect(files.count == 500)
        let (first, blocks) = try compact("--name", "many", directory.path)
        #expect(blocks == files.blocks())
        let stamp = try identity(of: first.list)
        for _ in 0..<10 {
            let again = try compact("--name", "many", directory.path).result
            #expect(again.result == "unchanged")
            #expect(try identity(of: again.list) == stamp)
        }
    }

    @Test func sameContentAndSameFileTwice() throws {
        let one = try directory.write("same", to: "one")
        let two = try directory.write("same", to: "two")
        let digest = bytes(hexadecimal: sha256(Array("same".utf8)))
        #expect(
            try compact("--name", "twice", two, one, two).blocks
                == [ListBlock([digest, digest, digest])])
    }

    @Test(
        arguments: [
            ("v2", "file", 2), ("v2", "parser", 1), ("v2", "metadata", 3),
            ("v3", "file", 1), ("v3", "parser", 0), ("v3", "metadata", 2),
        ] as [(String, String, UInt16)])
    func types(_ abi: String, _ type: String, _ number: UInt16) throws {
        let path = try directory.write("x", to: "x_parser")
        let (result, blocks) = try compact(
            "--abi", abi, "--type", type, "--position", "12", "--immutable", path)
        #expect(result.type == type)
        #expect(result.list == output.path("12-\(type)_list-compact-x_parser"))
        let digest = bytes(hexadecimal: sha256(Array("x".utf8)))
        #expect(blocks == [ListBlock(type: number, modifiers: 1, [digest])])
    }

    @Test func textForPeople() throws {
        let path = try directory.write("x", to: "file")
        try directory.makeDirectory("tree")
        symlink("nowhere", directory.path("tree/link"))
        let outcome = try Diglimctl.run(
            "compact", "--output", output.path, "--name", "n", path, directory.path("tree"))
        #expect(outcome.errors.isEmpty)
        #expect(
            outcome.output == """
                \(output.path)/0-file_list-compact-n: 1 digest (sha256), 1 mutable, \
                0 immutable, 1 passed over, 0 failed

                """)
    }
}

/// Names that only programs of care come through with.
private let oddNames: [[UInt8]] = [
    Array("with blank".utf8), Array("line\nfeed".utf8), Array("-rf".utf8), Array("\\back".utf8),
    Array("\u{1b}[2J".utf8), Array("*".utf8), Array("ä ö".utf8), [0xff, 0xfe], [0xc3],
    [0x80, 0x20],
    Array("'\"$(x)".utf8), [UInt8](repeating: 0x61, count: 255), Array("..a".utf8),
    Array("\n".utf8), Array("a/b\n/ c".utf8), Array("a/b/c".utf8), Array("a.b".utf8),
    Array("a-b".utf8),
]

/// Makes files with odd names, each with its own content, and some of them executable.
func makeOddFiles(in directory: String) throws {
    for (number, name) in oddNames.enumerated() {
        let path = Array("\(directory)/".utf8) + name
        for (index, byte) in path.enumerated() where byte == UInt8(ascii: "/") && index > 0 {
            mkdir(path[..<index].map { CChar(bitPattern: $0) } + [0], 0o755)
        }
        let mode: mode_t = number % 2 == 0 ? 0o644 : 0o755
        let file = open(
            path.map { CChar(bitPattern: $0) } + [0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        try #require(file >= 0, "errno \(errno)")
        defer { close(file) }
        let content = Array("\(number)".utf8)
        try #require(write(file, content, content.count) == content.count)
    }
}
