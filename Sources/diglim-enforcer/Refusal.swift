import CommandLineTool
import DigestList
import DigestListTools
import EnforcerProgram
import Glibc

/// What the programs say of one refusal.
struct Refusal {
    /// Where the kernel asked.
    let hook: Hook
    /// Why the answer was no.
    let reason: Reason
    /// Whether it was refused in earnest.
    let isEnforced: Bool
    /// The file; empty where the content came from memory.
    let path: Path
    /// The digest of its content as `<algorithm>-<hex>`, where there is one.
    let digest: String?
    /// The process.
    let process: Process
    /// Its parent.
    let parent: Process
    /// The unit of systemd that the process belongs to.
    let unit: String?

    /// A process.
    struct Process {
        let number: UInt32
        let name: String
    }

    /// Where the kernel asks.
    enum Hook: UInt32 {
        case execution, mapping, mprotect, module, firmware, kexec, policy, other

        /// What was to be done, as one says it.
        fileprivate var action: String {
            switch self {
            case .execution: "execute"
            case .mapping: "map as code"
            case .mprotect: "make code of"
            case .module: "load the module"
            case .firmware: "load the firmware"
            case .kexec: "boot into"
            case .policy: "load the policy"
            case .other: "have the kernel read"
            }
        }
    }

    /// Why the answer is no.
    enum Reason: UInt32 {
        case unknown = 1
        case beingWritten
        case unverifiable
        case noFile

        /// The word for the journal.
        var word: String {
            switch self {
            case .unknown: "unknown"
            case .beingWritten: "being-written"
            case .unverifiable: "unverifiable"
            case .noFile: "no-file"
            }
        }
    }

    /// Takes an event apart.
    ///
    /// - Parameter event: What was in the ring.
    /// - Returns: `nil` for what no program of this version writes.
    init?(_ event: UnsafePointer<enforcer_event>) {
        let header = event.pointee
        guard let hook = Hook(rawValue: header.hook), let reason = Reason(rawValue: header.reason)
        else { return nil }
        self.hook = hook
        self.reason = reason
        isEnforced = header.enforced != 0
        var path = Path(bytes: Self.string(header.path))
        if header.is_name != 0 {
            path = Self.mappedPath(of: path, header) ?? path
        }
        self.path = path
        digest = Self.digest(header)
        process = Process(number: header.process, name: Self.text(header.comm))
        parent = Process(number: header.parent, name: Self.text(header.parent_comm))
        unit = Self.unit(header)
    }

    /// The refusal in words.
    var message: String {
        let verb = isEnforced ? "refused" : "would refuse"
        let what = path.bytes.isEmpty ? "what comes from memory" : path.text
        return "\(verb) to \(hook.action) \(what): \(explanation)"
    }

    private var explanation: String {
        switch reason {
        case .unknown: "its digest \(digest ?? "?") is in no digest list that counts"
        case .beingWritten: "somebody can still change it, or has just done so"
        case .unverifiable where hook == .mprotect:
            "it was not mapped as code before, and no digest of it is known by now"
        case .unverifiable: "it is where its content may change unnoticed, or has no digest"
        case .noFile: "there is no file that could have a digest"
        }
    }

    private static func digest(_ event: enforcer_event) -> String? {
        guard event.digest_size > 0,
            let algorithm = HashAlgorithm(rawValue: UInt16(truncatingIfNeeded: event.algorithm))
        else { return nil }
        let bytes = withUnsafeBytes(of: event.digest) { Array($0.prefix(algorithm.digestSize)) }
        return "\(algorithm.name)-" + hexadecimal(bytes)
    }

    private static func unit(_ event: enforcer_event) -> String? {
        let names = withUnsafeBytes(of: event.groups) { groups in
            (0..<Int(ENFORCER_UNIT_LEVELS)).map { level in
                let size = Int(ENFORCER_NAME_SIZE)
                let group = groups[level * size..<(level + 1) * size]
                return printable(group.prefix { $0 != 0 })
            }
        }
        return names.first { name in
            [".service", ".scope", ".socket", ".mount", ".swap"].contains { name.hasSuffix($0) }
        }
    }

    /// Where only the name was to be had: the process still has the file mapped.
    private static func mappedPath(of name: Path, _ event: enforcer_event) -> Path? {
        let maps = Path("/proc/\(event.process)/maps")
        guard let text = try? readVirtualFile(maps, limit: 1 << 20) else { return nil }
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count == 6,
                String(decoding: fields[4], as: UTF8.self) == "\(event.inode)"
            else { continue }
            let path = Path(bytes: Array(fields[5].drop { $0 == UInt8(ascii: " ") }))
            if path.lastComponent == name { return path }
        }
        return nil
    }

    private static func string<Characters: BitwiseCopyable>(_ characters: Characters) -> [UInt8] {
        withUnsafeBytes(of: characters) { Array($0.prefix { $0 != 0 }) }
    }

    private static func text<Characters: BitwiseCopyable>(_ characters: Characters) -> String {
        printable(string(characters))
    }
}
