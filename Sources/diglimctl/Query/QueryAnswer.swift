import CommandLineTool
import DigestList
import KernelInterface

/// A line of the kernel's answer to a query: a list that holds the digest, or is it.
struct QueryAnswer {
    /// The list's label.
    var label: ListLabel
    /// What IMA has done with the list.
    var actions: ListActions
    /// What the digest is one of; `nil` for that of the digest list itself.
    var type: ListType?
    /// What the kernel adds to its verdict on the files.
    var modifiers: CompactHeader.Modifiers

    /// Reads a line.
    ///
    /// - Parameters:
    ///   - line: `<list> (actions: %d): version: %d, algo: %s, type: %d, modifiers: %d, ...`, or
    ///     of a digest list `<list> (actions: %d): type: %d, size: %lld`.
    ///   - abi: The numbering of types.
    /// - Returns: `nil` for any other line.
    init?(_ line: ArraySlice<UInt8>, abi: ABI) {
        // A label may have whatever a file's name can have: the last one is the kernel's.
        let title = Array(" (actions: ".utf8)
        guard let start = line.lastRange(of: title) else { return nil }
        let name = Path(bytes: Array(line[..<start.lowerBound]))
        let label = name.withCString { name in
            LoadedLists.label(of: name).map { Path(cString: $0) }
        }
        let rest = String(decoding: line[start.upperBound...], as: UTF8.self)
            .split(separator: "): ")
        guard let label, rest.count == 2, let bits = UInt8(rest[0]) else { return nil }
        let fields = Self.fields(rest[1])
        guard let type = fields["type"].flatMap({ UInt16($0) }) else { return nil }
        self.label = ListLabel(path: label)
        actions = ListActions(rawValue: bits)
        if fields["size"] != nil {
            modifiers = []
        } else {
            guard let modifiers = fields["modifiers"].flatMap({ UInt16($0) }),
                let type = ListType(number: type, abi: abi)
            else { return nil }
            self.type = type
            self.modifiers = CompactHeader.Modifiers(rawValue: modifiers)
        }
    }

    private static func fields(_ text: Substring) -> [Substring: Substring] {
        var fields: [Substring: Substring] = [:]
        for field in text.split(separator: ", ") {
            let parts = field.split(separator: ": ", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        return fields
    }
}

extension Interface {
    /// Asks the kernel which lists hold a digest.
    ///
    /// - Parameters:
    ///   - digest: The digest.
    ///   - algorithm: Its algorithm.
    /// - Returns: The lists; none where the digest is not known.
    /// - Throws: ``CommandError`` where the kernel does not answer.
    mutating func answers(
        on digest: [UInt8], _ algorithm: HashAlgorithm
    ) throws(CommandError) -> [QueryAnswer] {
        do throws(InterfaceError) {
            let text = try query(digest, algorithm: algorithm)
            var answers: [QueryAnswer] = []
            for line in text.split(separator: UInt8(ascii: "\n")) {
                guard let answer = QueryAnswer(line, abi: abi) else {
                    throw InterfaceError(.malformed)
                }
                answers.append(answer)
            }
            return answers
        } catch {
            throw CommandError(nil, error)
        }
    }
}

extension ArraySlice<UInt8> {
    /// Where some bytes stand last.
    fileprivate func lastRange(of bytes: [UInt8]) -> Range<Int>? {
        guard count >= bytes.count else { return nil }
        return (startIndex...endIndex - bytes.count).last { self[$0...].starts(with: bytes) }
            .map { $0..<$0 + bytes.count }
    }
}
