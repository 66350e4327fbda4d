import CommandLineTool
import DigestList
import Glibc
import ListVerification

// Verifies lists as a program does that has one thread, which no test has: it reads labels in
// hexadecimal from standard input, a line each, and writes the results as they come.
//
// usage: verification-driver LISTS KEYS v2|v3

func fail(_ text: String) -> Never {
    try? writeAll(Array("verification-driver: \(text)\n".utf8), to: STDERR_FILENO)
    exit(1)
}

func tell(_ text: String) {
    do { try writeAll(Array("\(text)\n".utf8), to: STDOUT_FILENO) } catch { exit(1) }
}

func digits(_ text: Substring) -> [UInt8] {
    let digits = Array(text)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...].prefix(2)), radix: 16)
    }
}

func start() -> VerificationProcess {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else { fail("wrong usage") }
    do {
        let keys = try TrustedKeys(
            in: Path(arguments[2]), Messages(of: "verification-driver"))
        let verifier = try ListVerifier(
            directory: Path(arguments[1]), keys: keys, abi: arguments[3] == "v2" ? .v2 : .v3)
        return try VerificationProcess(verifier)
    } catch {
        fail(error.text)
    }
}

func text(of result: VerificationProcess.Result) -> String {
    switch result.list {
    case .good(let uploads):
        let uploads = uploads.map { "\(hexadecimal($0.digest)):\($0.size)" }
        return "\(result.number) good \(uploads.joined(separator: " "))"
    case .refused(let reason): return "\(result.number) refused \(reason)"
    }
}

let process = start()
tell("process \(process.processIdentifier ?? 0)")
var input = ""
var isAtEnd = false
var unanswered = 0
while !isAtEnd || unanswered > 0 {
    var events = [
        pollfd(fd: process.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isAtEnd ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&events, 2, -1) > 0 else { continue }
    if events[0].revents != 0 {
        let before = process.processIdentifier
        let results = process.takeResults()
        unanswered -= results.count
        if !results.isEmpty { tell(results.map { text(of: $0) }.joined(separator: "\n")) }
        if process.processIdentifier != before {
            tell("process \(process.processIdentifier ?? 0)")
        }
    }
    if events[1].revents != 0 {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        isAtEnd = count <= 0
        input += String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        while let end = input.firstIndex(of: "\n") {
            unanswered += 1
            _ = process.request(digits(input[..<end]))
            input = String(input[input.index(after: end)...])
        }
    }
}
