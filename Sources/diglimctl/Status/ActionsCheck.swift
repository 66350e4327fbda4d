import CommandLineTool

/// What IMA has done with the loaded lists, as `diglimctl status` tells it.
struct ActionsCheck: Encodable {
    /// All that was done with some list.
    var seen: ListActions = []
    /// The lists with which less was done: where that is needed, IMA ignores them.
    var weaker: [List] = []
    /// The labels of the lists with which nothing was done: IMA ignores them.
    var ignored: [String] = []

    /// Whether the parser could get more for some of them, if it added them again.
    private(set) var isRenewable = false

    private enum CodingKeys: CodingKey {
        case seen, weaker, ignored
    }

    /// A list with which less was done than with others.
    struct List: Encodable {
        /// The list's label.
        var label: String
        /// What was not done with it.
        var lacks: ListActions
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
