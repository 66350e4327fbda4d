import DigestList
import Foundation
import Testing

/// What a kernel answered to lists that were written to it.
struct RecordedUpload {
    let line: Int
    let list: [UInt8]
    let result: String

    /// The uploads that add a list, from the folder that the environment names.
    static let all = (try? load()) ?? []

    private static func load() throws -> [RecordedUpload] {
        guard let folder = ProcessInfo.processInfo.environment["DIGLIM_SHARED"] else { return [] }
        let text = try String(contentsOfFile: folder + "/kernel-transcript.tsv", encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { number, line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count > 2, fields[0] == "digest_list_add" else { return nil }
            let digits = fields[1].compactMap { $0.hexDigitValue }
            let bytes = stride(from: 0, to: digits.count, by: 2).map {
                UInt8(digits[$0] << 4 | digits[$0 + 1])
            }
            // A path stands for a list that is in a file.
            if bytes.first == UInt8(ascii: "/") { return nil }
            return RecordedUpload(line: number + 1, list: bytes, result: String(fields[2]))
        }
    }
}

@Suite("Lists that a kernel answered") struct KernelTranscriptTests {
    @Test(
        "What the kernel calls invalid is refused, and nothing else",
        .enabled(if: !RecordedUpload.all.isEmpty, "DIGLIM_SHARED names no folder with them"))
    func verdicts() {
        for upload in RecordedUpload.all {
            let error = firstError(in: upload.list)
            #expect(
                (error != nil) == (upload.result == "EINVAL"),
                "line \(upload.line): \(upload.result), but \(String(describing: error))")
        }
        #expect(RecordedUpload.all.contains { $0.result == "EINVAL" })
        #expect(RecordedUpload.all.contains { $0.result == "ok" })
    }
}
