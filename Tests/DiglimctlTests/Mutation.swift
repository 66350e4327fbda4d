import RandomNumbers

extension SplitMix64 {
    /// Bytes with some of them changed, near the start or the end, and perhaps the end cut off.
    mutating func mutate(_ seed: [UInt8]) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...8, using: &self) {
            let distance = number(below: min(400, bytes.count))
            let place = Bool.random(using: &self) ? distance : bytes.count - 1 - distance
            bytes[place] = .random(in: 0...255, using: &self)
        }
        if one(in: 4) {
            bytes.removeLast(number(below: bytes.count))
        }
        return bytes
    }
}
