/// Reads the binary form of a log, entry by entry.
struct BinaryReader {
    private var reader: ByteReader
    private let digestSize: Int
    /// The longest name of a template that is taken for one, in bytes.
    private static let longestName: UInt32 = 256

    /// Begins at the start of a log.
    ///
    /// - Parameters:
    ///   - bytes: The log.
    ///   - digestSize: The size of a template digest, in bytes.
    init(_ bytes: [UInt8], digestSize: Int) {
        reader = ByteReader(bytes[...])
        self.digestSize = digestSize
    }

    var isAtEnd: Bool { reader.isAtEnd }

    /// Where the next entry begins, in bytes.
    var place: Int { reader.index }

    /// Reads the next entry.
    ///
    /// - Throws: ``MeasurementLogError`` where there is none.
    mutating func next() throws(MeasurementLogError) -> MeasurementEntry {
        let register = try number()
        guard register < MeasurementLog.registerCount else { throw .register }
        let digest = try take(UInt32(digestSize))
        let length = try number()
        guard 1...Self.longestName ~= length else { throw .templateName }
        let name = try take(length)
        guard name.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .templateName }
        let template = Template(name)
        let data = template.isIMA ? try shortData() : try take(number())
        return MeasurementEntry(
            register: Int(register), digest: Array(digest), template: template, data: data)
    }

    /// What follows the name of the oldest template.
    private mutating func shortData() throws(MeasurementLogError) -> ArraySlice<UInt8> {
        let digest = try take(UInt32(Template.shortDigestSize))
        let length = try number()
        guard length < Template.shortNameSize else { throw .data }
        let name = try take(length)
        guard !name.contains(0), let data = Template.ima.data(of: [Array(digest), name + [0]])
        else { throw .data }
        return data[...]
    }

    private mutating func number() throws(MeasurementLogError) -> UInt32 {
        guard let number = reader.number() else { throw .truncated }
        return number
    }

    private mutating func take(_ count: UInt32) throws(MeasurementLogError) -> ArraySlice<UInt8> {
        guard let bytes = reader.take(count) else { throw .truncated }
        return bytes
    }
}
