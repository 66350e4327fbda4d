import CommandLineTool
import DigestList
import KernelInterface

/// All lists that the kernel holds, as they were read one after another.
struct LoadedState: ~Copyable {
    /// The lists, by label.
    let lists: [LoadedList]
    private let reader: LoadedListReader

    /// Reads what is loaded; lists that are deleted meanwhile are left out.
    ///
    /// - Parameter interface: The interface.
    /// - Throws: ``CommandError`` where the kernel does not tell.
    init(of interface: borrowing Interface) throws(CommandError) {
        let reader = try LoadedListReader(of: interface)
        lists = try reader.lists()
        self.reader = reader
    }

    /// The numbering of types.
    var abi: ABI { reader.abi }

    /// Reads a list once more.
    ///
    /// - Parameter list: The list.
    /// - Returns: The list's bytes; none where it has been deleted.
    /// - Throws: ``CommandError`` where it cannot be read.
    func bytes(of list: LoadedList) throws(CommandError) -> [UInt8] { try reader.bytes(of: list) }

    /// The algorithms of all digests that are loaded, those of the lists themselves included, in
    /// the kernel's order but SHA-256 first.
    var algorithms: [HashAlgorithm] {
        var loaded: Set<HashAlgorithm> = []
        for list in lists {
            guard let content = list.content else { continue }
            if let own = list.algorithm { loaded.insert(own) }
            for block in content.blocks { loaded.insert(block.algorithm) }
        }
        let rest = HashAlgorithm.allCases.filter { $0 != .sha256 }
        return ([.sha256] + rest).filter(loaded.contains)
    }
}
