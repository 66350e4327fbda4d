import BlackBox
import Foundation
import Testing

/// The verification of a directory's lists, in a program of its own.
final class Verification {
    /// The results so far, by the requests' numbers.
    private(set) var results: [Int: Result] = [:]
    private let input: Pipe
    private let output: Pipe
    private let process: Process
    private var rest = ""
    private var requests = 0
    /// The process that verifies.
    private(set) var worker: pid_t = 0

    /// What a list is worth.
    enum Result: Equatable {
        case good([String])
        case refused(String)
    }

    /// The path of the program that is built beside the tests.
    static var path: String {
        get throws {
            let paths = CommandLine.arguments.map {
                URL(fileURLWithPath: $0).deletingLastPathComponent()
                    .appendingPathComponent("verification-driver").path
            }
            return try #require(paths.first { access($0, X_OK) == 0 })
        }
    }

    /// Starts it.
    init(of lists: String, keys: String, abi: String = "v3", preloading library: String? = nil)
        throws
    {
        (input, output, process) = (Pipe(), Pipe(), Process())
        process.executableURL = URL(fileURLWithPath: try Self.path)
        process.arguments = [lists, keys, abi]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        if let library {
            process.environment = ProcessInfo.processInfo.environment
                .merging(["LD_PRELOAD": library]) { $1 }
        }
        try process.run()
        while worker == 0 { try read() }
    }

    deinit { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

    /// Asks for lists, without waiting for the answer.
    @discardableResult
    func request(_ labels: [[UInt8]]) throws -> Range<Int> {
        let lines = labels.map { $0.map { String(format: "%02x", $0) }.joined() + "\n" }.joined()
        // Whoever writes so much has to read meanwhile.
        let handle = input.fileHandleForWriting
        Thread.detachNewThread { try? handle.write(contentsOf: Data(lines.utf8)) }
        defer { requests += labels.count }
        return requests..<requests + labels.count
    }

    /// What a list is worth.
    func result(of label: String) throws -> Result { try results(of: [Array(label.utf8)])[0] }

    func results(of labels: [[UInt8]]) throws -> [Result] { try wait(for: request(labels)) }

    func results(of labels: [String]) throws -> [Result] {
        try results(of: labels.map { Array($0.utf8) })
    }

    /// Waits for results.
    func wait(for numbers: Range<Int>) throws -> [Result] {
        while !numbers.allSatisfy({ results[$0] != nil }) { try read() }
        return try numbers.map { try #require(results[$0]) }
    }

    /// Says that there are no more requests, and waits for the end.
    func end() throws -> Int32 {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Ends the program, but not the process that verifies.
    func kill() { Glibc.kill(process.processIdentifier, SIGKILL) }

    private func read() throws {
        let data = output.fileHandleForReading.availableData
        try #require(!data.isEmpty, "the program has ended")
        rest += String(decoding: data, as: UTF8.self)
        var lines = rest.split(separator: "\n", omittingEmptySubsequences: false)
        rest = String(lines.removeLast())
        for line in lines { try take(line) }
    }

    private func take(_ line: Substring) throws {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        if words[0] == "process" {
            worker = try #require(pid_t(words[1]))
            return
        }
        let number = try #require(Int(words[0]))
        #expect(results[number] == nil, "two results of \(number)")
        results[number] =
            words[1] == "good"
            ? .good(words[2].split(separator: " ").map(String.init)) : .refused(words[2])
    }
}

/// What the emulator is told of uploads, in the same form.
func uploads(_ operations: [LoggedOperation]) -> [String: [String]] {
    Dictionary(grouping: operations, by: \.label).mapValues {
        $0.map { "\($0.digest):\($0.size)" }
    }
}

/// A directory of keys that has one certificate.
func keys(_ key: X509Key) throws -> TemporaryDirectory {
    let keys = try TemporaryDirectory()
    try keys.write(readFile(key.certificatePath), to: "certificate")
    return keys
}
