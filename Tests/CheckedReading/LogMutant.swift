import MeasurementList
import RandomNumbers

/// A log with something wrong in it.
public struct LogMutant {
    /// The log.
    public private(set) var bytes: [UInt8] = []
    /// The entries that it was made from.
    public private(set) var entries: [MeasurementEntry]
    private let isText: Bool
    private var random: SplitMix64

    /// Makes a mutant of some entries of a log.
    ///
    /// - Parameters:
    ///   - logs: Whole logs, each of one bank.
    ///   - random: What decides on all.
    public init(of logs: [MeasurementLog], _ random: SplitMix64) {
        self.random = random
        let log = self.random.pick(logs)
        let start = self.random.number(below: log.entries.count)
        entries = Array(log.entries[start...].prefix(1 + self.random.number(below: 5)))
        isText = self.random.one(in: 3)
        if self.random.one(in: 8) {
            entries[0].digest = [UInt8](repeating: 0, count: entries[0].digest.count)
        }
        bytes = Self.encoded(entries, isText: isText)
        mutate(other: self.random.pick(logs))
    }

    /// The log that it was made from.
    public var original: [UInt8] { Self.encoded(entries, isText: isText) }

    private static func encoded(_ entries: [MeasurementEntry], isText: Bool) -> [UInt8] {
        entries.flatMap { (isText ? $0.line : $0.binary) ?? [] }
    }

    private mutating func mutate(other: MeasurementLog) {
        switch random.number(below: 8) {
        case 0: change { $0 ^ 1 << UInt8($1.number(below: 8)) }
        case 1: change { _, random in random.pick([0, 1, 0x20, 0x30, 0x3a, 0x7f, 0x80, 0xff]) }
        case 2: bytes.removeLast(random.number(below: bytes.count))
        case 3:
            let start = random.number(below: bytes.count)
            bytes.removeSubrange(start..<min(start + 1 + random.number(below: 40), bytes.count))
        case 4:
            let start = random.number(below: bytes.count)
            let end = min(start + 1 + random.number(below: 80), bytes.count)
            bytes.insert(contentsOf: bytes[start..<end], at: random.number(below: bytes.count))
        case 5: changeNumber()
        case 6: changeEntries(other)
        default: rename()
        }
    }

    /// Changes bytes, mostly of the first entry.
    private mutating func change(_ body: (UInt8, inout SplitMix64) -> UInt8) {
        for _ in 0...random.number(below: 4) {
            let end = random.one(in: 2) ? min(80, bytes.count) : bytes.count
            let place = random.number(below: end)
            bytes[place] = body(bytes[place], &random)
        }
    }

    /// Overwrites four bytes with a number at some limit.
    private mutating func changeNumber() {
        guard bytes.count > 4 else { return }
        let number =
            random.pick(
                [0, 1, 0x7fff_ffff, 0x8000_0000, .max, UInt32(bytes.count), 23, 24, 255, 256, 257])
            &+ random.pick([0, 1, .max])
        let place = random.pick([0, 24, 34, random.number(below: bytes.count - 4)])
        for index in 0..<4 where place + index < bytes.count {
            bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(index)))
        }
    }

    /// Takes whole entries away, exchanges or repeats them, or takes one of another log.
    private mutating func changeEntries(_ other: MeasurementLog) {
        var changed = entries
        let place = random.number(below: changed.count)
        switch random.number(below: 5) {
        case 0: changed.remove(at: place)
        case 1: changed.append(changed[place])
        case 2: changed.swapAt(place, random.number(below: changed.count))
        case 3: changed.insert(random.pick(other.entries), at: place)
        default: changed[place].register = random.number(below: 24)
        }
        bytes = Self.encoded(changed, isText: isText)
    }

    /// Gives an entry another template.
    private mutating func rename() {
        var changed = entries
        let names = [
            "ima", "ima-ng", "ima-sig", "ima-buf", "ima-ngv2", "d-ng|n-ng", "d|n", "x", "d-ng|",
            "d-ng|n-ng|iuid", "evm-sig", "ima-modsig",
        ]
        let place = random.number(below: changed.count)
        changed[place].template = Template(random.pick(names).utf8)
        bytes = Self.encoded(changed, isText: isText)
    }
}
