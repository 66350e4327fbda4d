/// A template: which fields an entry has.
public struct Template: Hashable, Sendable {
    /// The template's name, or its fields where it has none.
    public let name: [UInt8]
    /// The fields; `nil` where the template is unknown.
    public let fields: [TemplateField]?

    /// Creates the template with a name.
    ///
    /// - Parameter name: The name, or names of fields with `|` between them.
    public init(_ name: some Sequence<UInt8>) {
        self.name = Array(name)
        let text = String(decoding: self.name, as: UTF8.self)
        let names = (Self.known[text] ?? text).split(
            separator: "|", omittingEmptySubsequences: false)
        let fields = names.compactMap { TemplateField(rawValue: String($0)) }
        self.fields = fields.count == names.count ? fields : nil
    }

    /// The oldest template, which has a form of its own.
    public static let ima = Template("ima".utf8)
    /// The template of critical data, and of uploads.
    public static let buffer = Template("ima-buf".utf8)

    private static let known = [
        "ima": "d|n", "ima-ng": "d-ng|n-ng", "ima-sig": "d-ng|n-ng|sig",
        "ima-buf": "d-ng|n-ng|buf", "ima-modsig": "d-ng|n-ng|sig|d-modsig|modsig",
        "ima-ngv2": "d-ngv2|n-ng", "ima-sigv2": "d-ngv2|n-ng|sig",
        "evm-sig": "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode",
    ]

    var isIMA: Bool { self == .ima }

    /// The size of a digest in the oldest template, in bytes.
    static let shortDigestSize = 20
    /// What its names are filled up to with NUL, in bytes.
    static let shortNameSize = 256
}

extension Template {
    /// Puts fields together to what the template digest is a hash over.
    ///
    /// - Parameter values: The fields' bytes.
    /// - Returns: `nil` where a field is too long.
    public func data(of values: [[UInt8]]) -> [UInt8]? {
        guard isIMA else {
            var data: [UInt8] = []
            for value in values {
                guard let count = UInt32(exactly: value.count) else { return nil }
                data.append(littleEndian: count)
                data += value
            }
            return data
        }
        guard values.count == 2, values[0].count == Self.shortDigestSize, values[1].last == 0,
            values[1].count <= Self.shortNameSize
        else { return nil }
        return values[0] + values[1]
            + [UInt8](repeating: 0, count: Self.shortNameSize - values[1].count)
    }

    /// Takes apart what the template digest is a hash over.
    ///
    /// - Parameter data: The data.
    /// - Returns: The fields' bytes; `nil` where the data is not of these fields, or the template
    ///   unknown.
    func values(in data: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        guard let fields else { return nil }
        guard isIMA else {
            var reader = ByteReader(data)
            var values: [ArraySlice<UInt8>] = []
            for _ in fields {
                guard let count = reader.number(), let value = reader.take(count) else {
                    return nil
                }
                values.append(value)
            }
            return reader.isAtEnd ? values : nil
        }
        let name = data.dropFirst(Self.shortDigestSize)
        guard name.count == Self.shortNameSize, let end = name.firstIndex(of: 0),
            name[end...].allSatisfy({ $0 == 0 })
        else { return nil }
        return [data.prefix(Self.shortDigestSize), name[...end]]
    }
}
