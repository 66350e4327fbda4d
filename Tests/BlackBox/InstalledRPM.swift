/// The rpm of this machine.
public enum InstalledRPM {
    /// The numbers of its version.
    public static let version: [Int] = {
        let words = (try? output(of: "rpm", "--version"))?.split(whereSeparator: \.isWhitespace)
        return words?.last?.split(separator: ".").compactMap { Int($0) } ?? []
    }()

    /// The options for transactions: without this one Debian's rpm complained until 4.18; others
    /// do not know it.
    public static let transactionOptions: [String] = {
        let option = "--force-debian"
        let outcome = try? runProgram("rpm", [option, "--version"])
        return outcome?.status == 0 ? [option] : []
    }()

    /// Whether it tells plugins of a transaction's scripts, as it did before 6.1.
    public static let tellsOfTransactionScripts = version.lexicographicallyPrecedes([6, 1])

    /// Whether it installs packages whose headers are from before RPM 4, as it did before 6.0.
    public static let installsOldHeaders = version.lexicographicallyPrecedes([6])
}
