import CBPF
import CommandLineTool
import DigestList
import EnforcerProgram
import Glibc
import LinuxFiles

/// The programs at the kernel's hooks, and their maps.
///
/// Until they are attached, nothing is decided; once they are pinned, they stay when this program
/// ends.
final class KernelPrograms {
    private let object: OpaquePointer
    private var links: [(name: String, link: OpaquePointer)] = []

    /// The table of digests that are allowed.
    let digests: DigestMap
    /// What this program tells the others.
    let control: BPFMap
    /// What they have counted.
    let counts: BPFMap
    /// Refusals, in a ring.
    let events: BPFMap

    /// What this program and nobody else writes to.
    private static let ownMaps = [
        "digests", "control", "counts", "contents", "raw_files", "raw_devices", ".bss",
    ]

    /// Loads the programs.
    ///
    /// - Parameters:
    ///   - support: What the kernel has.
    ///   - capacity: For how many digests there is to be room.
    /// - Throws: ``CommandError`` where the kernel does not take them.
    init(_ support: KernelSupport, capacity: Int) throws(CommandError) {
        enforcer_collect_messages()
        var size = 0
        let bytes = enforcer_object(&size)
        guard let opened = bpf_object__open_mem(bytes, size, nil) else {
            throw Self.failure("cannot read the programs")
        }
        object = opened
        digests = DigestMap(try Self.map("digests", opened), support.algorithm)
        control = try Self.map("control", opened)
        counts = try Self.map("counts", opened)
        events = try Self.map("events", opened)
        let keySize = UInt32(support.algorithm.digestSize)
        guard bpf_map__set_key_size(digests.map.raw, keySize) == 0,
            bpf_map__set_max_entries(digests.map.raw, UInt32(capacity)) == 0
        else { throw Self.failure("cannot set the size of the table") }
        let truncation = bpf_object__find_program_by_name(object, support.truncationProgram)
        guard let truncation, bpf_program__set_autoload(truncation, true) == 0 else {
            throw Self.failure("the programs have none for truncations")
        }
        guard bpf_object__load(object) == 0 else {
            throw Self.failure("the kernel does not take the programs")
        }
    }

    deinit {
        for (_, link) in links { bpf_link__destroy(link) }
        bpf_object__close(object)
    }

    private static func map(
        _ name: String, _ object: OpaquePointer
    ) throws(CommandError) -> BPFMap {
        guard let map = bpf_object__find_map_by_name(object, name) else {
            throw failure("the programs have no map '\(name)'")
        }
        return BPFMap(raw: map)
    }

    /// An error with what libbpf has said of it.
    static func failure(_ text: String) -> CommandError {
        let error = Errno.current.text
        let messages = String(cString: enforcer_take_messages())
        let reason = messages.isEmpty ? error : printable(messages.utf8)
        return CommandError("\(text): \(reason)")
    }

    /// The numbers of the maps that nobody else may write to.
    func mapNumbers() throws(CommandError) -> [UInt32] {
        var numbers: [UInt32] = []
        for name in Self.ownMaps {
            var information = bpf_map_info()
            var size = UInt32(MemoryLayout<bpf_map_info>.size)
            let map = try Self.map(name, object)
            guard bpf_obj_get_info_by_fd(map.descriptor, &information, &size) == 0 else {
                throw Self.failure("cannot learn the number of the map '\(name)'")
            }
            numbers.append(information.id)
        }
        return numbers
    }

    /// Lets the programs decide from here on.
    ///
    /// What decides comes last: by then all changes of files are noticed.
    func attach() throws(CommandError) {
        var programs: [(name: String, program: OpaquePointer)] = []
        var program = bpf_object__next_program(object, nil)
        while let current = program {
            programs.append((String(cString: bpf_program__name(current)), current))
            program = bpf_object__next_program(object, current)
        }
        let decides = programs.filter { $0.name.hasPrefix("check_") }
        for (name, program) in programs.filter({ !$0.name.hasPrefix("check_") }) + decides
        where bpf_program__autoload(program) {
            guard let link = bpf_program__attach(program) else {
                throw Self.failure("cannot attach '\(name)'")
            }
            links.append((name, link))
        }
    }

    /// Has the kernel note which executable is this one, as the control asks for.
    func register() throws(CommandError) {
        guard let number = try mapNumbers().first else { return }
        let map = bpf_map_get_fd_by_id(number)
        guard map >= 0 else { throw Self.failure("cannot open a map of its own") }
        close(map)
        guard let control = try? control.value(enforcer_control()), control.registering == 0 else {
            throw CommandError("the kernel does not know the executable of this process")
        }
    }

    /// Keeps the programs and maps in the kernel when this program ends.
    ///
    /// - Parameter directory: A directory of a BPF file system.
    func pin(in directory: Path) throws(CommandError) {
        for (name, map) in [
            ("control", control), ("counts", counts), ("digests", digests.map),
        ] {
            let path = directory.appending(name)
            guard path.withCString({ bpf_map__pin(map.raw, $0) }) == 0 else {
                throw Self.failure("\(path.text): cannot pin the map")
            }
        }
        for (name, link) in links {
            let path = directory.appending(name)
            guard path.withCString({ bpf_link__pin(link, $0) }) == 0 else {
                throw Self.failure("\(path.text): cannot pin the program")
            }
        }
    }
}
