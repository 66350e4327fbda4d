import DigestList
import RandomNumbers
import Testing

@Suite("The order of lists") struct ListOrderTests {
    private func precedes(_ first: String, _ second: String) -> Bool {
        let (first, second) = (Array(first.utf8), Array(second.utf8))
        return ListName.precedes(first.span.bytes, second.span.bytes)
    }

    @Test("Names in order stay in order, and each comes before all that follow")
    func examples() {
        let sorted = [
            "0-file_list-rpm-a", "0-file_list-rpm-a0", "0-file_list-rpm-b", "0-parser_list-rpm-a",
            // The same position, so the bytes of the name decide: "0" comes before "1".
            "0001-file_list-rpm-z", "01-file_list-rpm-a", "1-file_list-rpm-a",
            "2-file_list-rpm-a", "10-file_list-rpm-a", "011-file_list-rpm-a",
            "18446744073709551615-file_list-rpm-a", "18446744073709551616-file_list-rpm-a",
            "018446744073709551617-file_list-rpm-a",
            "99999999999999999999999999999999999-file_list-rpm-a",
            "100000000000000000000000000000000000-file_list-rpm-a",
        ]
        for (index, name) in sorted.enumerated() {
            for (other, otherName) in sorted.enumerated() {
                #expect(precedes(name, otherName) == (index < other), "\(name) \(otherName)")
            }
        }
    }

    @Test("Bytes are compared without a sign")
    func highBytes() {
        #expect(precedes("0-file_list-rpm-z", "0-file_list-rpm-é"))
        #expect(!precedes("0-file_list-rpm-é", "0-file_list-rpm-z"))
    }

    /// A name and what it is to be sorted by: its number, and its bytes.
    private struct Key: Comparable {
        var number: UInt64
        var bytes: [UInt8]

        static func < (first: Key, second: Key) -> Bool {
            first.number != second.number
                ? first.number < second.number
                : first.bytes.lexicographicallyPrecedes(second.bytes)
        }
    }

    @Test("Random names come in the order of their numbers, then of their bytes")
    func random() {
        var random = SplitMix64(seed: 2)
        let keys = (0..<400).map { _ in
            let number = random.next() >> UInt64.random(in: 24...63, using: &random)
            let zeros = String(repeating: "0", count: .random(in: 0...2, using: &random))
            let name = String(UInt8.random(in: 0...3, using: &random))
            return Key(number: number, bytes: Array("\(zeros)\(number)-file_list-rpm-\(name)".utf8))
        }
        for first in keys {
            for second in keys {
                guard
                    ListName.precedes(first.bytes.span.bytes, second.bytes.span.bytes)
                        == (first < second)
                else {
                    Issue.record("\(first) and \(second)")
                    return
                }
            }
        }
    }
}
