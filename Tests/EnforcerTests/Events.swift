import EnforcerProgram

@testable import diglim_enforcer

extension enforcer_event {
    /// What a program at a hook says of a file.
    init(
        _ hook: enforcer_hook, _ reason: enforcer_reason, path: String, digest: [UInt8] = [],
        enforced: Bool = true, groups: [String] = []
    ) {
        self.init()
        self.hook = hook.rawValue
        self.reason = reason.rawValue
        self.enforced = enforced ? 1 : 0
        (process, parent) = (123, 45)
        algorithm = 4
        digest_size = UInt32(digest.count)
        withUnsafeMutableBytes(of: &self.digest) { $0.copyBytes(from: digest) }
        withUnsafeMutableBytes(of: &self.path) { $0.copyBytes(from: path.utf8) }
        withUnsafeMutableBytes(of: &comm) { $0.copyBytes(from: "sh\u{1b}[2J".utf8) }
        // As long as names get, and without an end.
        withUnsafeMutableBytes(of: &parent_comm) { $0.copyBytes(from: "0123456789abcdef".utf8) }
        withUnsafeMutableBytes(of: &self.groups) { bytes in
            for (level, group) in groups.enumerated() {
                let start = level * Int(ENFORCER_NAME_SIZE)
                for (offset, byte) in group.utf8.enumerated() { bytes[start + offset] = byte }
            }
        }
    }

    /// What becomes of it.
    var refusal: Refusal? { withUnsafePointer(to: self) { Refusal($0) } }
}
