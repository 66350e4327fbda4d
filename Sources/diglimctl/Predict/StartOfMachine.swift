import CommandLineTool
import DigestList
import MeasurementList

/// What the kernel and the parser do with a directory of lists when a machine starts.
struct StartOfMachine: ~Copyable {
    private let directory: Path
    private let path: Path
    private let policy: MeasurePolicy
    private let algorithm: HashAlgorithm
    private let abi: ABI
    private let messages: Messages
    private var reader: MeasuredListReader

    /// Begins.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - path: Its path on the machine.
    ///   - policy: The rules.
    ///   - algorithm: IMA's hash algorithm.
    ///   - abi: The numbering of types.
    ///   - hashers: What computes digests.
    ///   - messages: What tells lists that would not be loaded.
    init(
        _ directory: Path, at path: Path, _ policy: MeasurePolicy, _ algorithm: HashAlgorithm,
        abi: ABI, hashers: Hashers, _ messages: Messages
    ) {
        self.directory = directory
        self.path = path
        self.policy = policy
        self.algorithm = algorithm
        self.abi = abi
        self.messages = messages
        reader = MeasuredListReader(directory, abi: abi, [algorithm], hashers: hashers)
    }

    /// Predicts the entries.
    ///
    /// - Parameters:
    ///   - order: The compact lists in the order in which the kernel reads them; `nil` for that of
    ///     their names.
    ///   - good: The lists to predict; `nil` for all.
    ///   - prediction: Where the entries go.
    /// - Throws: ``CommandError`` where the directory cannot be read, or the order is not of its
    ///   lists.
    mutating func predict(
        compactOrder order: [Path]?, only good: Set<Path>?, into prediction: inout Prediction
    ) throws(CommandError) {
        let names: [Path]
        do throws(CommandError) { names = try DirectoryList.names(in: directory) } catch {
            throw CommandError("\(directory.text): \(error.text)")
        }
        let compact = names.filter { ListLabel(path: $0).hasFormat("compact") }
        let packages = names.filter { ListLabel(path: $0).hasFormat("rpm") }
        tell(names, compact)
        let isGood = { (name: Path) in good?.contains(name) != false }
        readCompactLists(try ordered(compact, by: order).filter(isGood), into: &prediction)
        for (number, name) in packages.enumerated() where isGood(name) {
            messages.progress("reading list \(number + 1) of \(packages.count)")
            upload(name, into: &prediction)
        }
        messages.endProgress()
    }

    private func tell(_ names: [Path], _ compact: [Path]) {
        for name in names {
            let label = ListLabel(path: name)
            if label.hasFormat("compact") || label.hasFormat("rpm") { continue }
            messages.repeatedWarning(name.text, "left out: a list for another parser")
        }
        if !compact.contains(where: { $0.text.contains("-parser_list-") }) {
            messages.warning(
                directory.text, "no list of a parser: none would be one, and its lists not count")
        }
    }

    private func ordered(_ names: [Path], by order: [Path]?) throws(CommandError) -> [Path] {
        guard let order else {
            if names.count > 1 {
                messages.notice(
                    directory.text,
                    "compact lists are taken by name; the kernel's order is --compact-order")
            }
            return names
        }
        for name in order where !names.contains(name) {
            throw CommandError(
                "--compact-order: '\(name.text)' is no compact list of the directory")
        }
        for name in names where order.count(where: { $0 == name }) != 1 {
            throw CommandError("--compact-order: '\(name.text)' has to be there once")
        }
        return order
    }

    /// The kernel's own part: it stops at the first list that it does not take.
    private mutating func readCompactLists(_ names: [Path], into prediction: inout Prediction) {
        var loaded: Set<[UInt8]> = []
        for name in names {
            let list = reader.read(name)
            addFile(list, to: &prediction)
            let isNew = loaded.insert(list.list).inserted
            if let error = list.error ?? (isNew ? nil : "the same list as another") {
                return messages.failure(
                    directory.appending(name).text,
                    "\(error); the kernel reads no compact lists after this one")
            }
            if let rule = policy.uploads {
                prediction.addUpload(Array("add_file_".utf8) + name.bytes, list.list, by: rule)
            }
        }
    }

    private mutating func upload(_ name: Path, into prediction: inout Prediction) {
        let list = reader.read(name)
        // Without a label the parser does not open the file.
        if list.label != nil { addFile(list, to: &prediction) }
        if let error = list.error {
            messages.failure(directory.appending(name).text, error)
        }
        guard let rule = policy.uploads, let label = list.label else { return }
        for upload in list.uploads(abi: abi) {
            prediction.addUpload(
                Array("add_buffer_".utf8) + label.bytes.dropLast(), upload, by: rule)
        }
    }

    private func addFile(_ list: MeasuredList, to prediction: inout Prediction) {
        guard let rule = policy.lists, let digest = list.digests[algorithm] else { return }
        prediction.addFile(path.appending(list.name), digest, by: rule)
    }
}
