/// An entry of a measurement list.
public struct MeasurementEntry: Equatable, Sendable {
    /// The register that was extended.
    public var register: Int
    /// The template digest, as it is in the log.
    public var digest: [UInt8]
    /// Which fields there are.
    public var template: Template
    /// What the template digest is a hash over; `nil` where the log does not tell.
    public var data: ArraySlice<UInt8>?

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - register: The register that is extended.
    ///   - digest: The template digest.
    ///   - template: Which fields there are.
    ///   - data: What the template digest is a hash over.
    public init(
        register: Int, digest: [UInt8], template: Template, data: ArraySlice<UInt8>?
    ) {
        self.register = register
        self.digest = digest
        self.template = template
        self.data = data
    }

    /// Whether the file was written while it was measured: the digest says nothing then.
    public var isViolation: Bool { digest.allSatisfy { $0 == 0 } }

    /// What was measured; `nil` where the template is unknown, or its data not of its fields.
    public var event: MeasuredEvent? { MeasuredEvent(self) }
}

extension MeasurementEntry {
    /// The entry as a line of a log, with the line feed.
    ///
    /// - Returns: `nil` where the text form does not tell what the entry is.
    public var line: [UInt8]? {
        guard let fields = template.fields, let values = data.flatMap(template.values) else {
            return nil
        }
        var line = Array((register < 10 ? " " : "").utf8) + Array("\(register) ".utf8)
        line += digits(of: digest) + [UInt8(ascii: " ")] + template.name
        for (field, value) in zip(fields, values) {
            guard let text = field.text(of: value) else { return nil }
            line += [UInt8(ascii: " ")] + text
        }
        return line + [UInt8(ascii: "\n")]
    }

    /// The entry in the binary form of a log.
    ///
    /// - Returns: `nil` where its data is not known.
    public var binary: [UInt8]? {
        guard let data else { return nil }
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt32(register))
        bytes += digest
        bytes.append(littleEndian: UInt32(template.name.count))
        bytes += template.name
        if template.isIMA {
            guard let values = template.values(in: data) else { return nil }
            bytes += values[0]
            bytes.append(littleEndian: UInt32(values[1].count - 1))
            return bytes + values[1].dropLast()
        }
        bytes.append(littleEndian: UInt32(data.count))
        return bytes + data
    }
}
