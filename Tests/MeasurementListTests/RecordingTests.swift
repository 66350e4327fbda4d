import BlackBox
import DigestList
import MeasurementList
import Testing

/// Logs of real machines, and what their TPMs held.
@Suite(.needsRecordings) struct RecordingTests {
    static let recordings: [(log: String, pcrs: String, entries: Int)] = [
        ("boot/binary_runtime_measurements", "boot/pcrs", 133),
        ("boot/ascii_runtime_measurements", "boot/pcrs", 133),
        ("boot-and-reload/binary_runtime_measurements", "boot-and-reload/pcrs", 390),
        ("boot-and-reload/ascii_runtime_measurements.gz", "boot-and-reload/pcrs", 390),
        ("ibmtss/sha1.log", "ibmtss/pcrs", 362), ("ibmtss/sha256.log", "ibmtss/pcrs", 362),
    ]

    @Test(arguments: recordings)
    func registers(_ name: String, _ pcrs: String, _ count: Int) throws {
        let hashers = Hashers()
        let log = try Recording.log(name)
        #expect(log.failure == nil)
        #expect(log.entries.count == count)
        #expect(log.bank == (name.contains("sha256") ? .sha256 : .sha1))
        #expect(log.entries.allSatisfy { hashers.agree(on: $0, log.bank) && $0.event != nil })
        let expected = try Recording.registers(pcrs)
        #expect(expected.banks.count == 2)
        for (algorithm, values) in expected.banks {
            var bank = RegisterBank(algorithm, hashers: hashers)
            for entry in log.entries { bank.extend(by: entry, of: log.bank) }
            #expect(!bank.values.isEmpty)
            for (register, value) in bank.values { #expect(values[register] == value) }
        }
    }

    @Test(arguments: ["boot", "boot-and-reload"]) func textIsBinary(_ name: String) throws {
        let ending = name == "boot" ? "" : ".gz"
        let text = try Recording.log("\(name)/ascii_runtime_measurements\(ending)")
        let binary = try Recording.log("\(name)/binary_runtime_measurements")
        #expect(text.isText && !binary.isText)
        #expect(text.entries == binary.entries)
    }

    @Test(arguments: recordings)
    func writtenAsRead(_ name: String, _: String, _: Int) throws {
        let bytes = try Recording.bytes(name)
        let log = try Recording.log(name)
        let again = log.entries.flatMap { (log.isText ? $0.line : $0.binary) ?? [] }
        #expect(again == bytes)
    }

    /// The text form of a bank's own log, as newer kernels have it.
    @Test func textOfBank() throws {
        let binary = try Recording.log("ibmtss/sha256.log")
        let text = MeasurementLog(binary.entries.flatMap { $0.line ?? [] }, hashers: Hashers())
        #expect(text.isText && text.bank == .sha256 && text.failure == nil)
        #expect(text.entries == binary.entries)
    }

    @Test(arguments: ["boot", "boot-and-reload"]) func bootAggregate(_ name: String) throws {
        let log = try Recording.log("\(name)/binary_runtime_measurements")
        let first = try #require(log.entries.first?.event)
        #expect(first.name == Array("boot_aggregate".utf8))
        #expect(first.algorithm == .sha256)
        let values = try Recording.registers("\(name)/pcrs")
        #expect(values.bootAggregate(of: .sha256, Hashers()) == first.digest)
        #expect(values.bootAggregate(of: .sha384, Hashers()) == nil)
    }

    @Test func everyTruncationIsTold() throws {
        for name in ["boot/binary_runtime_measurements", "boot/ascii_runtime_measurements"] {
            let log = try Recording.log(name)
            let few = log.entries.prefix(2).flatMap { (log.isText ? $0.line : $0.binary) ?? [] }
            let whole = (log.isText ? log.entries[0].line : log.entries[0].binary)?.count
            for count in 1..<few.count where count != whole {
                let cut = MeasurementLog(Array(few[..<count]), hashers: Hashers())
                #expect(cut.failure != nil, "\(count) bytes of \(name)")
                #expect(cut.entries == Array(log.entries.prefix(cut.entries.count)))
            }
        }
    }
}
