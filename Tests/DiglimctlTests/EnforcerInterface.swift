import BlackBox
import Foundation

/// The interface of an enforcer as plain files, for commands that only read it: what the emulator
/// has loaded, and what the enforcer says of itself.
struct EnforcerInterface {
    private let files: TemporaryDirectory
    /// The interface's directory.
    var path: String { files.path }

    /// Makes an interface of what a machine has loaded.
    init(of machine: Machine, _ enforcement: String) throws {
        files = try machine.copyInterface()
        try say(enforcement)
    }

    /// What the enforcer says from now on.
    func say(_ enforcement: String) throws { try files.write(enforcement, to: "enforcement") }

    /// What a query is answered from now on: a list that has the digest as one of a file's
    /// contents, or only as one of something else.
    ///
    /// - Parameters:
    ///   - list: The label.
    ///   - actions: The list's actions.
    ///   - isFile: Whether it is of a file's contents.
    ///   - digits: The number of digits of the longest digest that is asked for.
    func answer(
        _ list: String, actions: Int = 2, isFile: Bool = true, digits: Int = 64
    ) throws {
        // A question, such as `sha256-` and 64 digits, is written over the start of the file, and
        // so is the digest of the list then.
        let question = String(repeating: "?", count: "sha256-".utf8.count + digits)
        try files.write(
            "\(question)-\(list) (actions: \(actions)): version: 1, algo: sha256, "
                + "type: \(isFile ? 1 : 2), modifiers: 0, count: 1, datalen: 32\n",
            to: "digest_query")
    }

    /// What an enforcer says.
    ///
    /// - Parameters:
    ///   - mode: The mode.
    ///   - more: Lines between that and what it trusts.
    ///   - trust: Which lists count.
    ///   - algorithm: The algorithm by which it asks.
    static func text(
        _ mode: String, _ more: String = "", trust: String = "signatures",
        algorithm: String = "sha256"
    ) -> String {
        """
        mode: \(mode)
        since: 1764150063
        \(more)refused: 2
        would refuse: 13
        unreported: 1
        trust: \(trust)
        algorithm: \(algorithm)
        digests: 1234

        """
    }
}
