/// A policy of IMA, as a kernel 6.1 with the patches of DIGLIM reads it.
///
/// `ima_parse_rule()` and `ima_validate_rule()` of the kernel's `security/integrity/ima/ima_policy.c`
/// have the rules; `func=DIGEST_LIST_CHECK` and `use_diglim` are DIGLIM's. The kernel is taken to
/// have `CONFIG_IMA_APPRAISE_MODSIG` and `CONFIG_IMA_MEASURE_ASYMMETRIC_KEYS`. No name may be
/// there twice in a rule, which the kernel lets pass for some, and no register be one that a TPM
/// does not have.
struct IMAPolicy {
    /// The rules, in their order.
    let rules: [IMARule]

    /// Reads a policy.
    ///
    /// - Parameter text: The policy, a rule on each line.
    /// - Throws: ``PolicyError`` where the kernel would refuse it as a whole.
    init(_ text: String) throws {
        rules = try text.split(separator: "\n").compactMap { line in
            let rule = line.drop { $0 == " " || $0 == "\t" }
            return rule.isEmpty || rule.first == "#" ? nil : try IMARule(rule)
        }
    }
}

/// Why the kernel refuses a policy.
struct PolicyError: Error, CustomStringConvertible {
    /// The rule, and what is wrong with it.
    let description: String
}

/// A rule of a policy.
struct IMARule {
    /// What the rule has IMA do.
    enum Action: String {
        case measure
        case dontMeasure = "dont_measure"
        case appraise
        case dontAppraise = "dont_appraise"
        case audit
        case hash
        case dontHash = "dont_hash"
    }

    /// What the rule has IMA do.
    let action: Action
    /// What it is said of, `nil` for all.
    let function: String?
    /// The values of what the rule names, by the name; empty for a name without a value.
    let options: [String: String]

    /// Register 10 is IMA's own (`CONFIG_IMA_MEASURE_PCR_IDX`).
    static let ownRegister = 10

    /// The register that a measurement goes to.
    var register: Int { options["pcr"].flatMap { Int($0) } ?? Self.ownRegister }

    /// Reads a rule.
    ///
    /// - Parameter text: The line, without blanks at its beginning.
    init(_ text: Substring) throws {
        func refuse(_ reason: String) -> PolicyError {
            PolicyError(description: "\(text): \(reason)")
        }
        var action: Action?
        var options: [String: String] = [:]
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
            if let named = Action(rawValue: String(word)) {
                guard action == nil else { throw refuse("a second action") }
                action = named
                continue
            }
            let (name, value) = try Self.option(word) ?? { throw refuse("unknown: \(word)") }()
            guard options.updateValue(value, forKey: name) == nil else {
                throw refuse("\(name) a second time")
            }
            // The kernel compares these with what was there before them.
            let isVerity = options["digest_type"] != nil
            switch name {
            case "template" where action != .measure: throw refuse("template without measure")
            case "use_diglim" where action != .measure && action != .appraise:
                throw refuse("use_diglim without measure or appraise")
            case "appraise_type" where isVerity != (value == "sigv3"),
                "digest_type" where options["appraise_type"] != nil:
                throw refuse("sigv3 goes with digest_type=verity, behind it")
            default: break
            }
        }
        guard let action else { throw refuse("no action") }
        (self.action, self.options) = (action, options)
        function = options["func"].map { Self.otherNames[$0] ?? $0 }
        if let reason = conflict { throw refuse(reason) }
    }

    /// What is wrong with the parts of the rule together.
    private var conflict: String? {
        let names = Set(options.keys)
        guard let allowed = Self.allowed[function ?? "FILE_CHECK"] else { return "no such func" }
        let others = names.subtracting(allowed.union(["func", "template"]))
        if !others.isEmpty { return "\(others.sorted()) not with this func" }
        if action != .measure, names.contains("pcr") { return "pcr without measure" }
        for pair in [["uid", "euid"], ["gid", "egid"]] where names.isSuperset(of: pair) {
            return "\(pair) are one"
        }
        let appraising: Set = ["appraise_type", "appraise_flag", "appraise_algos"]
        if action != .appraise, !names.isDisjoint(with: appraising) {
            return "\(names.intersection(appraising).sorted()) without appraise"
        }
        switch function {
        case "KEXEC_CMDLINE", "KEY_CHECK", "CRITICAL_DATA":
            if action != .measure && action != .dontMeasure { return "is only measured" }
        case "SETXATTR_CHECK":
            if action != .appraise || !names.contains("appraise_algos") {
                return "takes appraise and appraise_algos"
            }
        default: break
        }
        return signatureConflict ?? registerConflict
    }

    private var signatureConflict: String? {
        let type = options["appraise_type"]
        let isModuleLike = Self.allowed[function ?? "FILE_CHECK"]?.contains("appraise_flag") == true
        if type == "imasig|modsig", !isModuleLike { return "modsig not with this func" }
        if options["appraise_flag"] != nil, type != "imasig|modsig" {
            return "appraise_flag without modsig"
        }
        let isUnsigned = action == .appraise && options["digest_type"] != nil && type == nil
        return isUnsigned ? "digest_type=verity without a signature" : nil
    }

    private var registerConflict: String? {
        if !(0..<24).contains(register) { return "no such register" }
        if action == .measure, options["use_diglim"] != nil, register == Self.ownRegister {
            return "use_diglim measures into another register than IMA's own"
        }
        return nil
    }
}

// MARK: - Words

extension IMARule {
    /// Takes a word apart.
    ///
    /// - Returns: What it names and the value; `nil` where the kernel knows no such word or value.
    fileprivate static func option(_ word: Substring) -> (String, String)? {
        if word == "permit_directio" || word == "use_diglim" { return (String(word), "") }
        guard let match = word.wholeMatch(of: /([a-z_]+)([=<>])(.+)/) else { return nil }
        let name = String(match.1)
        let value = String(match.3)
        let owners: Set = ["uid", "euid", "gid", "egid", "fowner", "fgroup"]
        if owners.contains(name) {
            guard let number = UInt32(value), number != .max else { return nil }
            return (name, "\(match.2)\(value)")
        }
        guard match.2 == "=", values[name]?(value) == true else { return nil }
        return (name, value)
    }

    /// Which values each name takes.
    private static let values: [String: @Sendable (String) -> Bool] = [
        "func": { allowed[otherNames[$0] ?? $0] != nil },
        "mask": {
            let mask = $0.first == "^" ? $0.dropFirst() : $0[...]
            return ["MAY_EXEC", "MAY_WRITE", "MAY_READ", "MAY_APPEND"].contains(mask)
        },
        "fsmagic": {
            let digits = $0.hasPrefix("0x") ? $0.dropFirst(2) : $0[...]
            return UInt64(digits, radix: 16) != nil && digits.first != "+"
        },
        "fsname": { _ in true },
        "fsuuid": {
            $0.wholeMatch(of: /[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/) != nil
        },
        "obj_user": { _ in true }, "obj_role": { _ in true }, "obj_type": { _ in true },
        "subj_user": { _ in true }, "subj_role": { _ in true }, "subj_type": { _ in true },
        "digest_type": { $0 == "verity" },
        "appraise_type": { ["imasig", "sigv3", "imasig|modsig"].contains($0) },
        "appraise_flag": { $0.contains("blacklist") },
        "appraise_algos": {
            $0.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
                ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].contains($0)
            }
        },
        "pcr": { UInt8($0) != nil },
        "template": {
            [
                "ima", "ima-ng", "ima-sig", "ima-ngv2", "ima-sigv2", "ima-buf", "ima-modsig",
                "evm-sig",
            ]
            .contains($0)
        },
        "keyrings": isListOfNames, "label": isListOfNames,
    ]

    private static func isListOfNames(_ value: String) -> Bool {
        value.split(separator: "|", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    /// Old names of functions.
    fileprivate static let otherNames = ["PATH_CHECK": "FILE_CHECK", "FILE_MMAP": "MMAP_CHECK"]

    /// What a rule may name, by its function.
    fileprivate static let allowed: [String: Set<String>] = {
        let labels: Set = [
            "obj_user", "obj_role", "obj_type", "subj_user", "subj_role", "subj_type",
        ]
        let places: Set = [
            "fsmagic", "fsname", "fsuuid", "uid", "euid", "gid", "egid", "fowner", "fgroup", "pcr",
        ]
        let all = places.union(labels).union([
            "mask", "appraise_type", "appraise_algos", "permit_directio", "use_diglim",
        ])
        let files = all.union(["digest_type"])
        // What may have a signature appended to it.
        let modules = all.union(["appraise_flag"])
        return [
            "FILE_CHECK": files, "MMAP_CHECK": files, "BPRM_CHECK": files, "CREDS_CHECK": files,
            "POST_SETATTR": files, "FIRMWARE_CHECK": files, "POLICY_CHECK": files,
            "MODULE_CHECK": modules, "KEXEC_KERNEL_CHECK": modules,
            "KEXEC_INITRAMFS_CHECK": modules, "DIGEST_LIST_CHECK": modules,
            "KEXEC_CMDLINE": places.union(labels),
            "KEY_CHECK": ["uid", "gid", "pcr", "keyrings"],
            "CRITICAL_DATA": ["uid", "gid", "pcr", "label"],
            "SETXATTR_CHECK": ["appraise_algos"],
        ]
    }()
}
