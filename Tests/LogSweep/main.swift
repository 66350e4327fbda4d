import CheckedReading
import DigestList
import Glibc
import MeasurementList
import RandomNumbers

/// What decides on all mutants, and how many there are.
var seed: UInt64 = 1
var first = 0
var mutants = 1_000_000
var paths: [String] = []

func fail(_ text: String, _ status: Int32) -> Never {
    let line = Array("log-sweep: \(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(status)
}

func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { fail("\(path): cannot be read", 2) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 24)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return bytes
}

var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
    func number() -> Int {
        guard let number = arguments.popFirst().flatMap({ Int($0) }), number >= 0 else {
            fail("usage: log-sweep [--seed N] [--first N] [--mutants N] LOG...", 2)
        }
        return number
    }
    switch argument {
    case "--seed": seed = UInt64(number())
    case "--first": first = number()
    case "--mutants": mutants = number()
    default: paths.append(argument)
    }
}

let hashers = Hashers()
let logs = paths.map { MeasurementLog(contents(of: $0), hashers: hashers) }
guard !logs.isEmpty, logs.allSatisfy({ !$0.entries.isEmpty && $0.failure == nil }) else {
    fail("no logs to start from", 2)
}
var reading = CheckedReading()
var findings = 0
for number in first..<first + mutants {
    // Each mutant depends on its own number alone, so that it can be repeated alone.
    var random = SplitMix64(seed: seed)
    let mutant = LogMutant(of: logs, SplitMix64(seed: random.next() ^ UInt64(number)))
    if let finding = reading.check(mutant) {
        findings += 1
        print("\(finding); repeat with --seed \(seed) --first \(number) --mutants 1")
    }
}
print("\(mutants) mutants: \(reading.told) told by their entries, ", terminator: "")
print("\(reading.registers) by registers, \(reading.same) no different")
print(findings == 0 ? "nothing was found" : "findings: \(findings)")
exit(findings == 0 ? 0 : 1)
