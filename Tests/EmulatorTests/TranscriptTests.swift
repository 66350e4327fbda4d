import BlackBox
import DigestList
import Foundation
import Testing

@testable import InterfaceFileSystem

/// An operation that a kernel answered, and what it held afterwards.
struct RecordedOperation {
    let file: String
    let payload: [UInt8]
    let result: String
    let state: RecordedState

    /// The whole recording, from the folder that the environment names.
    static let all = (try? load()) ?? []

    private static func load() throws -> [RecordedOperation] {
        guard let folder = ProcessInfo.processInfo.environment["DIGLIM_SHARED"] else { return [] }
        let text = try String(contentsOfFile: "\(folder)/kernel-transcript.tsv", encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 9, let entries = Int(fields[7]) else { return nil }
            return RecordedOperation(
                file: String(fields[0]), payload: bytes(hexadecimal: fields[1]),
                result: String(fields[2]),
                state: RecordedState(
                    counts: fields[3...6].map { String($0) }, entries: entries,
                    hash: UInt64(fields[8], radix: 16) ?? 0))
        }
    }
}

/// What a kernel holds, in short.
struct RecordedState: Equatable {
    let counts: [String]
    let entries: Int
    let hash: UInt64

    init(counts: [String], entries: Int, hash: UInt64) {
        self.counts = counts
        self.entries = entries
        self.hash = hash
    }

    init(counts: [String], names: [[UInt8]]) {
        self.counts = counts
        entries = names.count
        // Not quite the usual start of FNV-1a: the recording's lacks the last digit.
        var hash: UInt64 = 1_469_598_103_934_665_603
        for byte in names.flatMap({ $0 + [UInt8(ascii: "\n")] }) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        self.hash = hash
    }
}

@Suite(.enabled(if: !RecordedOperation.all.isEmpty, "DIGLIM_SHARED names no folder with it"))
struct TranscriptTests {
    @Test("The interface answers a kernel's recording line by line")
    func straight() throws {
        var interface = Interface(abi: .v3, actions: .measured, deletionActions: .measured)
        for (number, operation) in RecordedOperation.all.enumerated() {
            let result = Self.perform(operation, on: &interface)
            try #require(result == operation.result, "operation \(number)")
            let counts = String(decoding: interface.counts, as: UTF8.self)
                .split(separator: "\n").map { String($0.drop { $0 != ":" }.dropFirst(2)) }
            let state = RecordedState(counts: counts, names: interface.loadedNames())
            try #require(state == operation.state, "operation \(number)")
        }
    }

    private static func perform(
        _ operation: RecordedOperation, on interface: inout Interface
    ) -> String {
        do {
            switch operation.file {
            case "digest_list_label": try interface.writeLabel(operation.payload)
            case "digest_list_add": try interface.upload(operation.payload, .add)
            case "digest_list_del": try interface.upload(operation.payload, .delete)
            default: return "no such file"
            }
            return "ok"
        } catch {
            return error.name
        }
    }

    @Test(
        "The mounted interface answers a kernel's recording line by line", .needs(.emulator),
        arguments: InterfaceProgram.built)
    func mounted(program: InterfaceProgram) throws {
        let emulator = try MountedEmulator(program)
        for (number, operation) in RecordedOperation.all.enumerated() {
            let result = emulator.write(operation.payload, to: operation.file)
            try #require(result == operation.result, "operation \(number)")
            let state = RecordedState(
                counts: try emulator.counts(), names: try emulator.loadedNames())
            try #require(state == operation.state, "operation \(number)")
        }
    }
}
