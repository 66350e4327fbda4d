import CommandLineTool

/// What IMA has done with the loaded lists, as `diglimctl status` tells it.
struct ActionsCheck: Encodable {
    /// All that was done with some list.
    var seen: ListActions = []
    /// The lists with which less was done: where that is needed, IMA ignores them.
    var weaker: [List] = []
    /// The labels of the lists with which nothing was done: IMA ignores them. With an enforcer,
    /// of those that do not count.
    var ignored: [String] = []
    /// With an enforcer, why these do not count.
    var uncounted: [Uncounted]?

    /// Whether the parser could get more for some of them, if it added them again.
    private(set) var isRenewable = false

    private enum CodingKeys: CodingKey {
        case seen, weaker, ignored, uncounted
    }

    /// A list that does not count for the enforcer.
    struct Uncounted: Encodable {
        /// The list's label.
        var label: String
        /// Why, in words.
        var reason: String
    }

    /// A list with which less was done than with others.
    struct List: Encodable {
        /// The list's label.
        var label: String
        /// What was not done with it.
        var lacks: ListActions
    }

    /// Checks what counts for the enforcer: the lists that are appraised; it measures none.
    ///
    /// - Parameters:
    ///   - state: What is loaded.
    ///   - lists: What finds out why lists do not count.
    init(of state: borrowing LoadedState, _ lists: UncountedLists) {
        for list in state.lists { seen.formUnion(list.content?.actions ?? []) }
        let others = state.lists.filter { $0.content?.actions.contains(.appraised) == false }
            .map(\.label)
        isRenewable = others.contains { $0.hasFormat("rpm") }
        ignored = others.map(\.text)
        uncounted = zip(ignored, lists.reasons(of: others)).map {
            Uncounted(label: $0, reason: $1.text)
        }
    }

    /// Checks what is loaded.
    ///
    /// - Parameter state: What is loaded.
    init(of state: borrowing LoadedState) {
        for list in state.lists { seen.formUnion(list.content?.actions ?? []) }
        for list in state.lists {
            guard let actions = list.content?.actions, actions.isEmpty || actions != seen else {
                continue
            }
            // No more than that is to be had for a package's list.
            if list.label.hasFormat("rpm"), !actions.isSuperset(of: [.measured, .appraised]) {
                isRenewable = true
            }
            if actions.isEmpty {
                ignored.append(list.label.text)
            } else {
                let lacks = seen.subtracting(actions)
                weaker.append(List(label: list.label.text, lacks: lacks))
            }
        }
    }
}
