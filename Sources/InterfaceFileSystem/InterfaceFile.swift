import DigestList

/// The files of the interface's directory.
public enum InterfaceFile: CaseIterable {
    /// Where lists are added.
    case add
    /// Where lists are deleted.
    case delete
    /// The label for the next list.
    case label
    /// The question for a digest, and its answer.
    case query
    /// The numbers of digests and lists.
    case counts

    /// The file's name.
    ///
    /// - Parameter abi: The ABI, by which the label file's name differs.
    public func name(abi: ABI) -> String {
        switch (self, abi) {
        case (.add, _): "digest_list_add"
        case (.delete, _): "digest_list_del"
        case (.label, .v2): "digest_label"
        case (.label, .v3): "digest_list_label"
        case (.query, _): "digest_query"
        case (.counts, _): "digests_count"
        }
    }

    /// The permissions.
    var mode: UInt32 {
        switch self {
        case .add, .delete: 0o200
        case .label, .query: 0o600
        case .counts: 0o440
        }
    }

    /// Whether writes upload lists.
    var takesLists: Bool { self == .add || self == .delete }

    /// Whether the kernel lets only one of these be open at a time.
    var isExclusive: Bool {
        switch self {
        case .add, .delete, .query: true
        case .label, .counts: false
        }
    }
}
