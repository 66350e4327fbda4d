import CommandLineTool
import DigestList
import MeasurementList

extension CommandOption {
    /// `--bank`.
    static let bank = value(
        "bank", "ALGORITHM", .choice(["sha1", "sha256", "sha384", "sha512", "sm3"]),
        "a bank besides sha1 and sha256")
}

extension CommandArguments {
    /// The banks that `--bank` names, besides SHA-1 and SHA-256.
    ///
    /// - Throws: ``UsageError`` for what no bank can be of.
    func banks() throws(UsageError) -> [HashAlgorithm] {
        var banks: [HashAlgorithm] = [.sha1, .sha256]
        for value in values(of: "bank") {
            guard let bank = HashAlgorithm.allCases.first(where: { "\($0.name)" == value.text }),
                Hashers().digest(of: [], bank) != nil
            else { throw UsageError(text: "--bank: '\(value.text)' is no bank that is known") }
            if !banks.contains(bank) { banks.append(bank) }
        }
        return banks
    }

    /// The registers that `--pcr` names.
    ///
    /// - Throws: ``UsageError`` for what no register can be.
    func registers() throws(UsageError) -> [Int] {
        try values(of: "pcr").map { (value) throws(UsageError) in
            guard let number = Int(value.text), 0..<MeasurementLog.registerCount ~= number,
                value.text == "\(number)"
            else { throw UsageError(text: "--pcr: no TPM has a register '\(value.text)'") }
            return number
        }
    }
}
