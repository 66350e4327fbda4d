/// Changes bytes at random, but in the same way at every run.
struct Mutator: RandomNumberGenerator {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// The next number of SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// Bytes with some of them changed, near the start or the end, and perhaps the end cut off.
    mutating func mutate(_ seed: [UInt8]) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...8, using: &self) {
            let distance = Int.random(in: 0..<min(400, bytes.count), using: &self)
            let place = Bool.random(using: &self) ? distance : bytes.count - 1 - distance
            bytes[place] = .random(in: 0...255, using: &self)
        }
        if Int.random(in: 0..<4, using: &self) == 0 {
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &self))
        }
        return bytes
    }
}
