import CommandLineTool

/// What IMA has done with a digest list, which decides what the list counts for.
///
/// The bits are those of `enum compact_actions` of `<linux/diglim.h>`.
struct ListActions: OptionSet {
    /// The bits.
    var rawValue: UInt8

    /// The list was measured.
    static let measured = ListActions(rawValue: 1)
    /// The list was appraised.
    static let appraised = ListActions(rawValue: 2)
    /// The list was appraised with a signature.
    static let signed = ListActions(rawValue: 4)

    /// The actions, each with its name and its letter.
    private static let names: [(action: ListActions, name: String, letter: String)] = [
        (.measured, "measured", "m"), (.appraised, "appraised", "a"), (.signed, "signed", "s"),
    ]

    /// The actions' names.
    var names: [String] { Self.names.filter { contains($0.action) }.map(\.name) }

    /// A letter for each action, and a hyphen in the place of each that is missing.
    var letters: String {
        Self.names.map { contains($0.action) ? $0.letter : "-" }.joined()
    }
}

extension ListActions: Encodable {
    func encode(to encoder: Encoder) throws { try names.encode(to: encoder) }
}

extension ListActions {
    /// Reads the actions in the beginning of a loaded list's view in words, `actions: %d, `.
    ///
    /// - Parameter view: The first bytes of the view.
    /// - Returns: `nil` where it does not begin so.
    init?(view: some Sequence<UInt8>) {
        let title = Array("actions: ".utf8)
        let bytes = Array(view)
        guard bytes.starts(with: title) else { return nil }
        let digits = bytes.dropFirst(title.count).prefix { $0 != UInt8(ascii: ",") }
        guard let bits = UInt8(String(decoding: digits, as: UTF8.self)) else { return nil }
        self.init(rawValue: bits)
    }
}
