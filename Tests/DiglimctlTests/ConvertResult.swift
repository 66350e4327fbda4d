import BlackBox

/// What `diglimctl convert --json` prints.
struct ConvertResult: Decodable {
    struct List: Decodable {
        var name: String
        var source: String?
        var mutable: Int
        var immutable: Int
        var result: String
    }
    var directory: String
    var lists: [List]
    var converted: Int
    var written: Int
    var unchanged: Int
    var removed: Int
    var mutable: Int
    var immutable: Int
    var empty: Int
    var failed: Int
    var failures: [GenerateResult.Failure]

    /// Converts lists.
    ///
    /// - Parameters:
    ///   - arguments: The command line after `--output` and `--json`.
    ///   - output: The directory for the compact lists.
    static func of(
        _ arguments: [String], in output: TemporaryDirectory
    ) throws -> (Outcome, ConvertResult) {
        let outcome = try Diglimctl.run(
            ["convert", "--output", output.path, "--json"] + arguments)
        return (outcome, try outcome.json(ConvertResult.self))
    }
}

/// The blocks of the compact list that a package of mutable files and executables becomes.
func compactList(_ seed: Int, mutable: Int = 1, immutable: Int = 0) -> [ListBlock] {
    let digests = (0..<mutable + immutable).map { bytes(hexadecimal: madeUpDigest(seed, $0)) }
    let blocks = [
        ListBlock(Array(digests[..<mutable])), ListBlock(modifiers: 1, Array(digests[mutable...])),
    ]
    return blocks.filter { !$0.digests.isEmpty }
}
