import CommandLineTool
import DigestList
import MeasurementList

/// The entries that a machine has after its start, in their order.
struct Prediction {
    /// The entries.
    private(set) var entries: [MeasurementEntry] = []
    private var seen: Set<[UInt8]> = []
    private let algorithm: HashAlgorithm
    private let template: Template
    private let register: Int?
    private let hashers: Hashers

    /// Begins without entries.
    ///
    /// - Parameters:
    ///   - algorithm: IMA's hash algorithm.
    ///   - template: The template of files.
    ///   - register: The register of lists, instead of that of the rule.
    ///   - hashers: What computes digests.
    init(
        _ algorithm: HashAlgorithm, template: Template, register: Int?, hashers: Hashers
    ) {
        self.algorithm = algorithm
        self.template = template
        self.register = register
        self.hashers = hashers
    }

    /// Adds the entry that stands for the registers of the start.
    ///
    /// - Parameter values: The registers of the start.
    /// - Throws: ``CommandError`` where not all of them are there.
    mutating func addBootAggregate(_ values: RegisterValues) throws(CommandError) {
        for bank in [algorithm, .sha256, .sha1] {
            guard let digest = values.bootAggregate(of: bank, hashers) else { continue }
            return add(
                Array("boot_aggregate".utf8), digest, bank, template: template, register: 10)
        }
        throw CommandError("no bank with the registers 0 to 9")
    }

    /// Adds the entry of a file.
    ///
    /// - Parameters:
    ///   - path: The file's path on the machine.
    ///   - digest: The file's digest.
    ///   - rule: The rule by which it is measured.
    mutating func addFile(_ path: Path, _ digest: [UInt8], by rule: MeasureRule) {
        add(
            path.bytes, digest, algorithm, template: rule.template ?? template,
            register: register ?? rule.register)
    }

    /// Adds the entry of an upload.
    ///
    /// - Parameters:
    ///   - name: What the kernel calls it.
    ///   - list: The list.
    ///   - rule: The rule by which it is measured.
    mutating func addUpload(_ name: [UInt8], _ list: [UInt8], by rule: MeasureRule) {
        guard let digest = hashers.digest(of: list, algorithm) else { return }
        add(
            name, digest, algorithm, buffer: list, template: .buffer, register: rule.register)
    }

    private mutating func add(
        _ name: [UInt8], _ digest: [UInt8], _ algorithm: HashAlgorithm, buffer: [UInt8] = [],
        template: Template, register: Int
    ) {
        let digest = Array("\(algorithm.name):".utf8) + [0] + digest
        // Names are measured with what stands for blanks in the text form of a log.
        let name = name.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 } + [0]
        let values = (template.fields ?? []).map { field -> [UInt8] in
            switch field {
            case .digestWithAlgorithm: digest
            case .digestWithType: Array("ima:".utf8) + digest
            case .name: name
            case .buffer: buffer
            default: []
            }
        }
        guard let data = template.data(of: values), let hash = hashers.digest(of: data, .sha1)
        else { return }
        // IMA makes no second entry of the same in the same register.
        guard seen.insert([UInt8(register)] + hash).inserted else { return }
        entries.append(
            MeasurementEntry(
                register: register, digest: hash, template: template, data: data[...]))
    }
}
