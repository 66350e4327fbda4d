/// Reads the text form of a log, line by line.
struct TextReader {
    private let log: [UInt8]
    private var index = 0

    /// Begins at the start of a log.
    init(_ bytes: [UInt8]) { log = bytes }

    /// Reads all lines.
    ///
    /// - Parameter entries: Where the entries go.
    /// - Returns: What ended the reading before the end; `nil` where nothing did.
    mutating func read(into entries: inout [MeasurementEntry]) -> MeasurementLog.Failure? {
        var number = 1
        while index < log.count {
            do throws(MeasurementLogError) {
                guard let end = log[index...].firstIndex(of: UInt8(ascii: "\n")) else {
                    throw .truncated
                }
                let entry = try Self.entry(log[index..<end])
                if let first = entries.first, first.digest.count != entry.digest.count {
                    throw .digest
                }
                entries.append(entry)
                index = end + 1
            } catch {
                return MeasurementLog.Failure(place: number, error: error)
            }
            number += 1
        }
        return nil
    }

    private static func entry(
        _ line: ArraySlice<UInt8>
    ) throws(MeasurementLogError) -> MeasurementEntry {
        // Registers of one digit have a blank in front.
        let isShort = line.first == UInt8(ascii: " ")
        let words = line.dropFirst(isShort ? 1 : 0)
            .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count > 2, isShort == (words[0].count == 1) else { throw .line }
        guard let register = decimal(words[0]), register < MeasurementLog.registerCount else {
            throw .register
        }
        guard let digest = bytes(ofDigits: words[1]),
            MeasurementLog.banks.contains(where: { $0.digestSize == digest.count })
        else { throw .digest }
        let name = words[2]
        guard !name.isEmpty, name.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .templateName
        }
        let template = Template(name)
        return MeasurementEntry(
            register: Int(register), digest: digest, template: template,
            data: try data(of: words[3...], template))
    }

    /// What the template digest is a hash over; `nil` where nobody knows the template's fields.
    private static func data(
        of words: ArraySlice<ArraySlice<UInt8>>, _ template: Template
    ) throws(MeasurementLogError) -> ArraySlice<UInt8>? {
        guard let fields = template.fields else { return nil }
        guard words.count == fields.count else { throw .data }
        var values: [[UInt8]] = []
        for (field, word) in zip(fields, words) {
            guard let value = field.value(of: word) else { throw .data }
            values.append(value)
        }
        guard let data = template.data(of: values) else { throw .data }
        return data[...]
    }
}
