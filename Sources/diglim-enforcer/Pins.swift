import CBPF
import CLinux
import CommandLineTool
import EnforcerProgram
import Glibc
import LinuxFiles

/// The directory that keeps programs in the kernel, whether an enforcer runs or not.
///
/// Each enforcer has a directory of its own in it, with a number as its name. The next one makes
/// another, and removes the first when its own programs decide: there are always some.
struct Pins {
    /// Where they are.
    static let root = Path("/sys/fs/bpf/diglim")

    /// This enforcer's directory.
    private let directory: Path
    /// Those of the ones before it.
    private let predecessors: [Path]

    /// Looks at what is there.
    ///
    /// - Throws: ``CommandError`` where there is no BPF file system.
    init() throws(CommandError) {
        try Self.mountFileSystem()
        let names = (try? entries(of: Self.root)) ?? []
        let numbers = names.compactMap { UInt32($0.text) }
        predecessors = numbers.sorted().map { Self.root.appending("\($0)") }
        directory = Self.root.appending("\((numbers.max() ?? 0) + 1)")
    }

    private static func mountFileSystem() throws(CommandError) {
        var status = statfs()
        let parent = "/sys/fs/bpf"
        guard statfs(parent, &status) == 0 else {
            throw CommandError("\(parent): \(Errno.current.text): the kernel needs CONFIG_BPF")
        }
        if status.f_type == Int(fileSystemMagic) { return }
        guard mount("bpf", parent, "bpf", UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC), "mode=700") == 0
        else { throw CommandError("\(parent): cannot mount it: \(Errno.current.text)") }
    }

    /// The number of the BPF file system, of linux/magic.h.
    private static let fileSystemMagic: UInt32 = 0xcafe_4a11

    /// What the enforcer before this one has set; `nil` for none, or one of another layout.
    func predecessorControl() -> enforcer_control? {
        guard let value = predecessorValue("control", enforcer_control()),
            value.layout == UInt32(ENFORCER_LAYOUT)
        else { return nil }
        return value
    }

    /// What its programs have counted.
    func predecessorCounts() -> enforcer_counts? { predecessorValue("counts", enforcer_counts()) }

    /// Opens the table of the enforcer before this one.
    ///
    /// - Returns: A descriptor, which the caller closes.
    func openPredecessorTable() throws(CommandError) -> Int32 {
        let path = (predecessors.last ?? directory).appending("digests")
        let descriptor = path.withCString { bpf_obj_get($0) }
        guard descriptor >= 0 else { throw CommandError("\(path.text): \(Errno.current.text)") }
        return descriptor
    }

    private func predecessorValue<Value: BitwiseCopyable>(
        _ name: String, _ value: Value
    ) -> Value? {
        guard let directory = predecessors.last else { return nil }
        let descriptor = directory.appending(name).withCString { bpf_obj_get($0) }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var information = bpf_map_info()
        var size = UInt32(MemoryLayout<bpf_map_info>.size)
        guard bpf_obj_get_info_by_fd(descriptor, &information, &size) == 0,
            Int(information.value_size) == MemoryLayout<Value>.size
        else { return nil }
        return try? readValue(of: descriptor, value)
    }

    /// Pins what decides, and lets go of what has decided before.
    func take(over programs: KernelPrograms) throws(CommandError) {
        for path in [Self.root, directory] {
            guard path.withCString({ mkdir($0, 0o700) }) == 0 || Errno.current == .exists else {
                throw CommandError("\(path.text): \(Errno.current.text)")
            }
        }
        try programs.pin(in: directory)
        for old in predecessors { try Self.remove(old) }
    }

    /// Ends what was pinned: from here on nothing is decided.
    func remove() throws(CommandError) {
        try Self.remove(directory)
        _ = Self.root.withCString { rmdir($0) }
    }

    private static func remove(_ directory: Path) throws(CommandError) {
        for name in (try? entries(of: directory)) ?? [] {
            let path = directory.appending(name)
            guard path.withCString({ unlink($0) }) == 0 else {
                throw CommandError("\(path.text): \(Errno.current.text)")
            }
        }
        guard directory.withCString({ rmdir($0) }) == 0 else {
            throw CommandError("\(directory.text): \(Errno.current.text)")
        }
    }
}
