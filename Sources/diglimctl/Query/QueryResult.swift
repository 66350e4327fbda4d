import CommandLineTool
import DigestList
import Glibc

/// What the kernel knows of a file or a digest, as `diglimctl query` tells it.
struct QueryResult: Encodable {
    /// The file or digest, as it was given.
    var operand: String
    /// Whether a list holds the digest, or is the file.
    var known = false
    /// Whether one of the lists says that the file may not change, which is the kernel's verdict.
    var immutable = false
    /// The digests that the kernel was asked for.
    var digests: [Digest] = []
    /// Why the kernel could not be asked.
    var error: String?

    /// A digest, and the lists that hold it.
    struct Digest: Encodable {
        /// The digest's algorithm, by the kernel's name.
        var algorithm: String
        /// The digest, in hexadecimal.
        var digest: String
        /// The lists.
        var lists: [List]
    }

    /// A list that holds a digest.
    struct List: Encodable {
        /// The list's label.
        var label: String
        /// The package, where the label is the name of an RPM digest list.
        var package: String?
        /// The packages that the digest is from, where the list is not of one package and they are
        /// known.
        var packages: [String]?
        /// What the digest is one of: `parser`, `file`, `metadata`, `key` or `digest_list`.
        var type: String
        /// Whether the file may not change.
        var immutable: Bool
        /// The bits of the modifiers, the one for immutable included.
        var modifiers: UInt16
        /// What IMA has done with the list.
        var actions: ListActions
        /// The package, or the label in parentheses.
        var title: String

        private enum CodingKeys: String, CodingKey {
            case label
            case package
            case packages
            case type
            case immutable
            case modifiers
            case actions
        }

        fileprivate init(_ answer: QueryAnswer, of packages: () -> [String]) {
            label = answer.label.text
            package = answer.label.package
            title = answer.label.title
            if package == nil, answer.type == .file {
                let packages = packages()
                if !packages.isEmpty {
                    self.packages = packages
                    title = "\(packages.joined(separator: ", ")) \(title)"
                }
            }
            type = answer.type.map { "\($0.name)" } ?? "digest_list"
            immutable = answer.modifiers.contains(.immutable)
            modifiers = answer.modifiers.rawValue
            actions = answer.actions
        }
    }

    /// Begins a result.
    ///
    /// - Parameter operand: The file or digest, as it was given.
    init(operand: String) { self.operand = operand }

    /// Adds what the kernel knows of a digest.
    ///
    /// - Parameters:
    ///   - digest: The digest.
    ///   - algorithm: Its algorithm.
    ///   - answers: The lists that hold it.
    ///   - index: What knows the packages of digests.
    mutating func add(
        _ digest: [UInt8], _ algorithm: HashAlgorithm, _ answers: [QueryAnswer],
        _ index: PackageIndex
    ) {
        let lists = answers.map { answer in
            List(answer) { index.packages(of: .init(algorithm: algorithm, digest: digest[...])) }
        }
        digests.append(
            Digest(algorithm: "\(algorithm.name)", digest: hexadecimal(digest), lists: lists))
        known = known || !lists.isEmpty
        immutable = immutable || lists.contains(where: \.immutable)
    }

    /// The result for people: a line, and one more for each list.
    var text: String {
        let operand = Terminal.emphasized(operand, on: STDOUT_FILENO)
        guard known else { return "\(operand): \(unknownText)\n" }
        var lines = ["\(operand): \(knownText)"]
        for digest in digests {
            for list in digest.lists {
                let start = "  \(columns: list.kind, width: 11)  \(digest.algorithm)  "
                lines.append(start + list.title.shortenedOnTerminal(after: start.count))
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private var knownText: String {
        let types = Set(digests.flatMap(\.lists).map(\.type))
        guard types.contains("file") else { return "known, but not as a file" }
        return immutable ? "known, immutable" : "known, mutable"
    }

    private var unknownText: String {
        guard !digests.isEmpty else { return "not known: no such digests are loaded" }
        return "not known (\(digests.map(\.algorithm).joined(separator: ", ")))"
    }
}

extension QueryResult.List {
    /// What the list takes the digest for, in a word.
    fileprivate var kind: String {
        guard type == "file" else { return type == "digest_list" ? "digest list" : type }
        return immutable ? "immutable" : "mutable"
    }
}
