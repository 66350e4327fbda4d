import BlackBox
import DigestList
import KernelInterface
import Testing

@Suite("Uploading lists") struct UploadTests {
    @Test(
        "Before each list goes its label with a NUL",
        arguments: [(["digest_list_label"], 1), (["digest_label"], 2)] as [([String], UInt16)])
    func order(labelFiles: [String], type: UInt16) throws {
        let pipe = try PipeInterface(labelFiles: labelFiles)
        var lists = [block(3), block(1, isImmutable: true), block(2, algorithm: .sha1)]
        for index in lists.indices { lists[index].type = type }
        var interface = try Interface(path: pipe.path, waiting: 0)
        for (number, list) in lists.enumerated() {
            #expect(try add(list.bytes, label: "label-\(number)", to: &interface))
        }
        let expected = lists.enumerated().flatMap { number, list in
            Array("label-\(number)\0".utf8) + list.bytes
        }
        #expect(pipe.written() == expected)
    }

    @Test("A list of several blocks is one operation")
    func blocks() throws {
        let pipe = try PipeInterface()
        let list = block(2).bytes + block(3, isImmutable: true).bytes
        var interface = try Interface(path: pipe.path, waiting: 0)
        #expect(try add(list, label: "one", to: &interface))
        #expect(pipe.written() == Array("one\0".utf8) + list)
    }

    // MARK: Lists that are too large

    /// The largest number of digests that go up at once.
    private static func most(of algorithm: HashAlgorithm) -> Int {
        ((4 << 20) - 1 - 16 - 64) / algorithm.digestSize
    }

    /// Adds a list, and checks that the parts are in order and make up the whole.
    ///
    /// - Returns: The sizes of the parts, in bytes.
    private func parts(of blocks: [ListBlock]) throws -> [Int] {
        let pipe = try PipeInterface()
        var interface = try Interface(path: pipe.path, waiting: 0)
        let list = blocks.upload(label: "large")
        #expect(try add(list, label: "large", to: &interface))
        let operations = try pipe.operations()
        #expect(operations.allSatisfy { $0.label == "large" })
        #expect(operations.allSatisfy { $0.list.count < 4 << 20 })
        #expect(
            operations.allSatisfy { operation in
                [1, 2, 3, 4, 5, 6, 7].contains {
                    operation.list.suffix(64)
                        .elementsEqual(uploadTail(of: "large", algorithm: $0))
                }
            })
        var joined: [ListBlock] = []
        let parts = try operations.flatMap { try ListBlock.blocks(of: $0.list) }
        for part in parts where !part.digests.isEmpty {
            if let last = joined.last, last.modifiers == part.modifiers,
                last.algorithm == part.algorithm, last.type == part.type
            {
                joined[joined.count - 1].digests += part.digests
            } else {
                joined.append(part)
            }
        }
        #expect(joined == blocks)
        return operations.map(\.list.count)
    }

    @Test("A list just short of 4 MiB goes up whole")
    func largest() throws {
        let count = Self.most(of: .sha256)
        #expect(count == 131_069)
        #expect(try parts(of: [block(count)]) == [80 + 32 * count])
    }

    @Test(
        "A list of one digest more is cut",
        arguments: [HashAlgorithm.md5, .sha1, .sha224, .sha256, .sha384, .sha512])
    func oneMore(algorithm: HashAlgorithm) throws {
        let most = Self.most(of: algorithm)
        let size = algorithm.digestSize
        #expect(
            try parts(of: [block(most + 1, algorithm: algorithm)]) == [80 + size * most, 80 + size])
    }

    @Test("A list of 4 MiB and one byte less")
    func limit() throws {
        // 20 bytes a digest: with two headers, any multiple of 4 can be reached.
        let first = block(209_710, algorithm: .sha1)
        let second = block(1, algorithm: .sha256, isImmutable: true)
        let size = [first, second].upload(label: "large").count
        #expect(size == (4 << 20) + 24)
        #expect(try parts(of: [first, second]).count == 2)
        let fits = block(209_708, algorithm: .sha1)
        let other = block(1, algorithm: .sha512, isImmutable: true)
        #expect([fits, other].upload(label: "large").count == (4 << 20) + 16)
        #expect(try parts(of: [fits, other]).count == 2)
        #expect(try parts(of: [fits, second]) == [(4 << 20) - 16])
    }

    @Test("Two blocks of 9 MiB together are cut each for itself")
    func twoBlocks() throws {
        let first = block(200_000)
        let second = block(94_912, isImmutable: true, from: 200_000)
        let most = Self.most(of: .sha256)
        #expect(first.bytes.count + second.bytes.count == 9 << 20 + 32)
        #expect(
            try parts(of: [first, second])
                == [80 + 32 * most, 80 + 32 * (200_000 - most), 80 + 32 * 94_912])
    }

    @Test("Only the block that is too large is cut")
    func oneOfTwoBlocks() throws {
        let most = Self.most(of: .sha512)
        let small = block(1, algorithm: .sha512, isImmutable: true)
        #expect(
            try parts(of: [block(2 * most + 1, algorithm: .sha512), small])
                == [80 + 64 * most, 80 + 64 * most, 144, 144])
        #expect(
            try parts(of: [
                block(1, algorithm: .sha512),
                block(most + 1, algorithm: .sha512, isImmutable: true),
            ])
                == [144, 80 + 64 * most, 144])
    }

    @Test("A list that cannot be cut is not sent")
    func malformed() throws {
        let pipe = try PipeInterface()
        var list = [block(140_000)].upload(label: "wrong")
        list[0] = 2
        var interface = try Interface(path: pipe.path, waiting: 0)
        let result = Result { try add(list, label: "wrong", to: &interface) }
        #expect(throws: InterfaceError(.malformed)) { try result.get() }
        #expect(pipe.written().isEmpty)
    }
}
