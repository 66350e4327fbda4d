import CBPF
import CommandLineTool
import DigestList
import Glibc

/// What the running kernel needs to have, and what of it this program has to know.
struct KernelSupport {
    /// The hash that IMA takes of files.
    let algorithm: HashAlgorithm
    /// The program for truncations: the arguments of their hook have become more.
    let truncationProgram: String

    private static let mountPoint = "mount securityfs on /sys/kernel/security if it is not"
    private static let modules = Path("/sys/kernel/security/lsm")
    private static let measurements = Path(
        "/sys/kernel/security/ima/ascii_runtime_measurements")

    /// Looks at the kernel, and tells what is missing, each with what to do about it.
    ///
    /// - Parameter messages: What tells all of it but the last.
    /// - Throws: ``CommandError`` with the last.
    init(_ messages: Messages) throws(CommandError) {
        var missing: [String] = []
        let types = btf__load_vmlinux_btf()
        defer { btf__free(types) }
        if types == nil {
            missing.append("the kernel has no BTF: it needs CONFIG_DEBUG_INFO_BTF")
        }
        let hasHooks = Self.has("bpf_lsm_bprm_check_security", types)
        if types != nil, !hasHooks {
            missing.append("the kernel has no BPF at its security hooks: it needs CONFIG_BPF_LSM")
        }
        if hasHooks, let reason = Self.inactive() { missing.append(reason) }
        if libbpf_probe_bpf_helper(BPF_PROG_TYPE_LSM, BPF_FUNC_ima_file_hash, nil) == 0 {
            missing.append(
                "the kernel's BPF cannot ask IMA for digests: it needs Linux 5.18 and CONFIG_IMA")
        }
        var algorithm: HashAlgorithm?
        do {
            algorithm = try Self.measurementAlgorithm()
        } catch {
            missing.append(error.text)
        }
        for reason in missing.dropLast() { messages.failure(nil, reason) }
        guard missing.isEmpty, let algorithm else { throw CommandError(missing.last ?? "") }
        self.algorithm = algorithm
        if Self.hasMeasured {
            messages.notice(
                nil,
                "IMA has a policy: where it covers files, changes of them past their file system "
                    + "go unnoticed, see threat-model.md")
        }
        let count = Self.parameterCount(of: "bpf_lsm_inode_setattr", types)
        truncationProgram = count == 2 ? "note_truncation" : "note_mapped_truncation"
    }

    /// `BTF_KIND_FUNC`, which libbpf and the kernel's header both define.
    private static let functionKind: UInt32 = 12

    private static func has(_ function: String, _ types: OpaquePointer?) -> Bool {
        btf__find_by_name_kind(types, function, functionKind) >= 0
    }

    private static func parameterCount(of function: String, _ types: OpaquePointer?) -> UInt32? {
        let number = btf__find_by_name_kind(types, function, functionKind)
        guard number >= 0, let declaration = btf__type_by_id(types, UInt32(number)),
            let prototype = btf__type_by_id(types, declaration.pointee.type)
        else { return nil }
        // The lower half of the word counts what follows it.
        return prototype.pointee.info & 0xffff
    }

    private static func inactive() -> String? {
        guard let text = try? contents(of: modules) else {
            return "cannot read \(modules.text): \(mountPoint)"
        }
        let active = text.split(separator: ",")
        if active.contains("bpf") { return nil }
        return "bpf is not among the kernel's active security modules: "
            + "add lsm=\(text),bpf to its command line"
    }

    /// Whether there is more than the entry that IMA begins with, so that it has a policy.
    private static var hasMeasured: Bool {
        let path = Path("/sys/kernel/security/ima/runtime_measurements_count")
        return (try? contents(of: path)).flatMap { Int($0) }.map { $0 > 1 } ?? false
    }

    /// The algorithm of the first entry, which IMA makes when it starts.
    private static func measurementAlgorithm() throws(CommandError) -> HashAlgorithm {
        guard let text = try? contents(of: measurements) else {
            throw CommandError(
                "cannot read \(measurements.text): it needs CONFIG_IMA; \(mountPoint)")
        }
        let fields = text.prefix { $0 != "\n" }.split(separator: " ")
        let name = fields.count > 3 ? fields[3].prefix { $0 != ":" } : ""
        guard let algorithm = HashAlgorithm.allCases.first(where: { "\($0.name)" == name }) else {
            throw CommandError("\(measurements.text): IMA's hash is not to be seen in it")
        }
        return algorithm
    }

    private static func contents(of path: Path) throws(CommandError) -> String {
        String(decoding: try readVirtualFile(path), as: UTF8.self)
            .trimmingSuffix { $0 == "\n" }
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
