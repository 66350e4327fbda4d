/// Counts what is said of many files in the same way.
struct Repeats {
    /// How many of a kind are told.
    private static let most = 10
    private var counts: [(kind: String, count: Int)] = []

    /// Counts one more.
    ///
    /// - Parameter kind: What is said.
    /// - Returns: Whether it is one of the first.
    mutating func add(_ kind: String) -> Bool {
        let index = counts.firstIndex { $0.kind == kind } ?? counts.endIndex
        if index == counts.endIndex { counts.append((kind, 0)) }
        counts[index].count += 1
        return counts[index].count <= Self.most
    }

    /// How many there are of each kind besides the first; begins anew.
    mutating func takeRest() -> [(kind: String, count: Int)] {
        defer { counts = [] }
        return counts.filter { $0.count > Self.most }.map { ($0.kind, $0.count - Self.most) }
    }
}
