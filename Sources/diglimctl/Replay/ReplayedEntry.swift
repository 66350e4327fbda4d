import CommandLineTool
import MeasurementList

/// An entry, and what it stands for.
struct ReplayedEntry {
    /// The entry's number in the log, from 1 on.
    let number: Int
    let entry: MeasurementEntry
    /// What was measured, as far as the entry tells.
    let event: MeasuredEvent?
    /// What the entry stands for, as far as that is known.
    var meaning: Meaning?
    /// The digest list that the entry is, is made of, or has the file's digest.
    var list: ListLabel?
    /// What is wrong with the entry.
    var problems: [Problem] = []
    /// Whether the same register was extended by the same before.
    var isDuplicate = false

    /// What an entry can stand for.
    enum Meaning: String, Encodable, CaseIterable {
        /// The registers of the start.
        case bootAggregate = "boot_aggregate"
        /// A digest list of the directory.
        case list
        /// Another list than the directory has under its name.
        case changedList = "changed_list"
        /// What a list of the directory is converted to, added.
        case added
        /// The same, deleted.
        case deleted
        /// An upload under the name of a list that is converted to something else.
        case changedUpload = "changed_upload"
        /// A file whose digest is in a list.
        case file
        /// A file that was written while it was measured.
        case violation
        /// An entry of a template that is unknown.
        case unknownTemplate = "unknown_template"
        /// What no list knows.
        case unknown
    }

    /// What can be wrong with an entry.
    enum Problem: String, Encodable {
        /// The template digest is not that of the data.
        case templateDigest = "template_digest"
        /// The data is not of the template's fields.
        case data
        /// The digest is not that of the buffer.
        case bufferDigest = "buffer_digest"
        /// The registers of the start are not those of the TPM.
        case bootAggregate = "boot_aggregate"
    }

    /// Takes an entry over.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - number: Its number in the log, from 1 on.
    init(_ entry: MeasurementEntry, number: Int) {
        self.entry = entry
        self.number = number
        event = entry.event
    }
}

extension ReplayedEntry.Meaning {
    /// Whether nobody who has the lists can say what it is.
    var isUnknown: Bool {
        switch self {
        case .bootAggregate, .list, .added, .deleted, .file: false
        case .changedList, .changedUpload, .violation, .unknownTemplate, .unknown: true
        }
    }
}

extension ReplayedEntry: Encodable {
    private enum CodingKeys: String, CodingKey {
        case number
        case register
        case template
        case templateDigest = "template_digest"
        case name
        case algorithm
        case digest
        case meaning
        case list
        case package
        case problems
        case duplicate
    }

    func encode(to encoder: Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(entry.register, forKey: .register)
        try container.encode(printable(entry.template.name), forKey: .template)
        try container.encode(hexadecimal(entry.digest), forKey: .templateDigest)
        try container.encodeIfPresent(event.map { printable($0.name) }, forKey: .name)
        try container.encodeIfPresent(event?.algorithm.map { "\($0.name)" }, forKey: .algorithm)
        try container.encodeIfPresent(event.map { hexadecimal($0.digest) }, forKey: .digest)
        try container.encodeIfPresent(meaning, forKey: .meaning)
        try container.encodeIfPresent(list?.text, forKey: .list)
        try container.encodeIfPresent(list?.package, forKey: .package)
        try container.encode(problems, forKey: .problems)
        try container.encode(isDuplicate, forKey: .duplicate)
    }
}
