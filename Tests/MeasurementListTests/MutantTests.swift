import BlackBox
import CheckedReading
import RandomNumbers
import Testing

/// Some of the mutants of `make sweep-logs`.
@Suite(.needsRecordings) struct MutantTests {
    @Test func mutants() throws {
        let logs = try [
            "boot/binary_runtime_measurements", "boot-and-reload/binary_runtime_measurements",
            "ibmtss/sha1.log", "ibmtss/sha256.log",
        ].map(Recording.log)
        var reading = CheckedReading()
        for number in 0..<2000 {
            let mutant = LogMutant(of: logs, SplitMix64(seed: UInt64(number)))
            #expect(reading.check(mutant) == nil, "seed \(number)")
        }
        // Otherwise the mutants would test nothing.
        #expect(reading.told > 1000 && reading.registers > 100)
    }
}
