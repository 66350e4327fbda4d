import CheckedConversion
import Glibc
import RandomNumbers

/// Runs all mutants through the conversion.
func sweep(_ options: Options, _ headers: Headers) -> Tally {
    var tally = Tally()
    var conversion = CheckedConversion()
    CrashNotice.start(seed: options.seed)
    for number in options.first..<options.first + options.mutants {
        CrashNotice.note(number)
        guard var mutant = Mutant(of: headers, random(options.seed, number)) else { continue }
        let mutation = mutant.mutate()
        if number == options.first + options.mutants - 1, let path = options.save {
            save(mutant.bytes, to: path)
        }
        let outcome = conversion.convert(
            mutant.bytes, abi: number & 1 == 0 ? .v3 : .v2, immutableOnly: number & 2 != 0,
            names: number & 4 != 0)
        tally.count(outcome, of: mutation)
        if case .wrong(let finding) = outcome {
            complain("\(finding); repeat with \(CrashNotice.recipe)")
        }
    }
    CrashNotice.end()
    return tally
}

/// Each mutant depends on its own number alone, so that it can be repeated alone.
private func random(_ seed: UInt64, _ number: Int) -> SplitMix64 {
    var random = SplitMix64(seed: seed)
    return SplitMix64(seed: random.next() ^ UInt64(number))
}

private func save(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w") else { return complain("cannot write \(path)") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
}
