import BlackBox
import DigestList
import KernelInterface
import KernelQueries
import Testing

@Suite("Asking for a digest") struct QueryTests {
    @Test("The question names the algorithm and the digest", arguments: HashAlgorithm.allCases)
    func question(algorithm: HashAlgorithm) throws {
        let pipe = try PipeInterface()
        try pipe.write([], to: "digest_query")
        var interface = try Interface(path: pipe.path, waiting: 0)
        let digest = (0..<algorithm.digestSize).map { UInt8(truncatingIfNeeded: 251 * $0 + 8) }
        // A plain file answers with the question.
        let answer = try interface.query(digest, algorithm: algorithm)
        #expect(
            String(decoding: answer, as: UTF8.self) == "\(algorithm.name)-\(hexadecimal(digest))")
    }

    @Test("Long answers are read to their end", arguments: [4095, 4096, 4097, 100_000])
    func longAnswer(size: Int) throws {
        let pipe = try PipeInterface()
        let question = "sha256-" + String(repeating: "00", count: 32)
        let answer = question + String(repeating: "x", count: size - question.utf8.count)
        try pipe.write(answer, to: "digest_query")
        var interface = try Interface(path: pipe.path, waiting: 0)
        let digest = [UInt8](repeating: 0, count: 32)
        #expect(
            try interface.query(digest, algorithm: .sha256) == Array(answer.utf8))
    }
}
