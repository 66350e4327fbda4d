/// Random numbers that come in the same order at every run.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates a source of numbers.
    ///
    /// - Parameter seed: What decides on all numbers.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// A number from 0 on.
    ///
    /// - Parameter limit: A number that is too large, more than 0.
    public mutating func number(below limit: Int) -> Int {
        Int.random(in: 0..<limit, using: &self)
    }

    /// Holds in one of so many cases.
    public mutating func one(in cases: Int) -> Bool { number(below: cases) == 0 }

    /// One of several.
    ///
    /// - Parameter elements: What there is to choose from, one or more.
    public mutating func pick<Elements: RandomAccessCollection>(
        _ elements: Elements
    ) -> Elements.Element {
        elements[elements.index(elements.startIndex, offsetBy: number(below: elements.count))]
    }
}
