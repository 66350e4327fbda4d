import DigestList

extension ABI {
    fileprivate static let all = [v2, v3]

    /// The name that `--abi` takes.
    public var name: String {
        switch self {
        case .v2: "v2"
        case .v3: "v3"
        }
    }
}

extension CommandOption {
    /// `--abi`.
    ///
    /// - Parameter summary: What it does.
    public static func abi(_ summary: String) -> CommandOption {
        let names = ABI.all.map(\.name)
        return value(
            "abi", names.joined(separator: "|"), .choice(names), "\(summary) (default: v3)")
    }

    /// `--algorithm`.
    ///
    /// - Parameter summary: What it does.
    public static func algorithm(_ summary: String) -> CommandOption {
        value(
            "algorithm", "A", .choice(HashAlgorithm.allCases.map { "\($0.name)" }),
            "\(summary) (default: sha256)")
    }

    /// `--position`.
    ///
    /// - Parameter summary: What it does.
    public static func position(_ summary: String) -> CommandOption {
        value("position", "N", .text, "\(summary) (default: 0)")
    }

    /// `--verbose`, which ``Messages`` obeys.
    ///
    /// - Parameter what: What is printed.
    public static func verbose(_ what: String) -> CommandOption {
        flag("verbose", "print all \(what), not only ten of each kind")
    }
}

extension CommandArguments {
    /// The ABI that `--abi` names, v3 by default.
    ///
    /// - Throws: ``UsageError`` for what is no ABI.
    public func abi() throws(UsageError) -> ABI {
        guard let text = value(of: "abi")?.text else { return .v3 }
        guard let abi = ABI.all.first(where: { $0.name == text }) else {
            throw UsageError(text: "'\(text)' is no ABI; there are v2 and v3")
        }
        return abi
    }

    /// The position that `--position` gives, 0 by default.
    ///
    /// - Throws: ``UsageError`` for what is no decimal number of 32 bits.
    public func position() throws(UsageError) -> UInt32 {
        guard let text = value(of: "position")?.text else { return 0 }
        guard let number = UInt32(text), text.utf8.first != UInt8(ascii: "+") else {
            throw UsageError(text: "'\(text)' is not a position")
        }
        return number
    }

    /// The hash algorithm that an option names, SHA-256 by default.
    ///
    /// - Parameter option: The option's name.
    /// - Throws: ``UsageError`` for what is no algorithm of the kernel.
    public func algorithm(of option: String = "algorithm") throws(UsageError) -> HashAlgorithm {
        guard let text = value(of: option)?.text else { return .sha256 }
        guard let algorithm = HashAlgorithm.allCases.first(where: { "\($0.name)" == text }) else {
            throw UsageError(text: "--\(option): '\(text)' is no hash algorithm of the kernel")
        }
        return algorithm
    }
}
