import CommandLineTool
import DigestList

/// A loaded list, as `diglimctl list` tells it.
struct LoadedListDescription: Encodable {
    /// The label.
    var label: String
    /// The package, where the label is the name of an RPM digest list.
    var package: String?
    /// The list's own digest, as `<algorithm>-<hexadecimal>`.
    var digest: String
    /// The list's size, in bytes; 0 for an entry without a list.
    var size = 0
    /// The list's blocks.
    var blocks: [ListDescription.Block] = []
    /// The number of digests of files that may change.
    var mutable = 0
    /// The number of digests of files that may not.
    var immutable = 0
    /// What IMA has done with the list.
    var actions: ListActions?
    /// The name in ``LoadedListTable``.
    var title: String

    private enum CodingKeys: String, CodingKey {
        case label
        case package
        case digest
        case size
        case blocks
        case mutable
        case immutable
        case actions
    }

    fileprivate init(_ list: LoadedList) {
        label = list.label.text
        package = list.label.package
        title = list.label.title
        digest = printable(list.identity.dropLast())
        guard let content = list.content else { return }
        size = content.size
        blocks = content.blocks.map { ListDescription.Block($0) }
        mutable = content.mutable
        immutable = content.immutable
        actions = content.actions
    }
}

extension LoadedState {
    /// Describes lists.
    ///
    /// - Parameter isWanted: Whether a list is to be described.
    /// - Returns: The descriptions, by label.
    func descriptions(where isWanted: (LoadedList) -> Bool) -> [LoadedListDescription] {
        lists.filter(isWanted).map { LoadedListDescription($0) }
    }
}
