import CommandLineTool
import DigestList
import MeasurementList

/// What `diglimctl predict` says.
struct PredictionReport: Encodable {
    /// The entries, in their order.
    let entries: [Entry]
    /// The registers after them.
    let registers: [Register]
    /// What would not be loaded.
    let failures: [Messages.Failure]

    /// An entry.
    struct Entry: Encodable {
        let register: Int
        let template: String
        /// The template digests by bank.
        let digests: [String: String]
        let name: String
        let algorithm: String
        /// The digest of the file or upload.
        let digest: String
        /// The upload, in hexadecimal.
        let buffer: String?
    }

    /// A register.
    struct Register: Encodable {
        let bank: String
        let register: Int
        let value: String
    }

    /// Computes registers.
    ///
    /// - Parameters:
    ///   - prediction: The entries.
    ///   - banks: The banks.
    ///   - hashers: What computes digests.
    ///   - messages: What has been told.
    init(
        _ prediction: Prediction, _ banks: [HashAlgorithm], hashers: Hashers, _ messages: Messages
    ) {
        var registers: [Register] = []
        let computed = banks.map { algorithm in
            var bank = RegisterBank(algorithm, hashers: hashers)
            for entry in prediction.entries { bank.extend(by: entry, of: .sha1) }
            return bank
        }
        for bank in computed {
            for (register, value) in bank.values.sorted(by: { $0.key < $1.key }) {
                guard let value else { continue }
                registers.append(
                    Register(
                        bank: "\(bank.algorithm.name)", register: register,
                        value: hexadecimal(value)))
            }
        }
        self.registers = registers
        entries = prediction.entries.compactMap { Entry($0, computed) }
        failures = messages.failures
    }

    /// The registers in lines, as `diglimctl replay --pcrs` takes them.
    var registerText: String {
        registers.map { "\($0.bank) \($0.register) \($0.value)\n" }.joined()
    }
}

extension PredictionReport.Entry {
    fileprivate init?(_ entry: MeasurementEntry, _ banks: [RegisterBank]) {
        guard let event = entry.event else { return nil }
        register = entry.register
        template = printable(entry.template.name)
        digests = banks.reduce(into: [:]) { digests, bank in
            digests["\(bank.algorithm.name)"] = bank.templateDigest(of: entry, .sha1).map {
                hexadecimal($0)
            }
        }
        name = printable(event.name)
        algorithm = event.algorithm.map { "\($0.name)" } ?? ""
        digest = hexadecimal(event.digest)
        buffer = event.buffer.map { hexadecimal($0) }
    }
}
