import CBPF
import CSystemd
import CommandLineTool
import DigestList
import EnforcerProgram
import Glibc
import InterfaceFileSystem
import LinuxFiles

/// Serves an interface, from the first look at the kernel to an orderly end.
struct Server {
    private let options: Options
    private let messages: Messages
    private let directory: Path

    /// Looks at the mount point.
    init(_ options: Options, _ messages: Messages) throws(CommandError) {
        self.options = options
        self.messages = messages
        if !options.isForeground { Background.closeInheritedDescriptors() }
        directory = try Self.directory(options.mountpoint)
    }

    /// Whether an enforcer serves a directory.
    static func isServed(_ mountpoint: Path) -> Bool {
        // The kernel may know of the file still, but nobody to read it from.
        (try? readVirtualFile(mountpoint.appending(EnforcementFile.name))) != nil
    }

    private static func directory(_ path: Path) throws(CommandError) -> Path {
        // Of enforcers that were killed.
        while Self.error(ofOpening: path)?.rawValue == ENOTCONN,
            path.withCString({ umount2($0, Int32(MNT_DETACH)) }) == 0
        {}
        if let error = Self.error(ofOpening: path) {
            throw CommandError("\(path.text): \(error.text)")
        }
        guard let resolved = path.withCString({ realpath($0, nil) }) else {
            throw CommandError("\(path.text): \(Errno.current.text)")
        }
        defer { free(resolved) }
        return Path(cString: resolved)
    }

    private static func error(ofOpening directory: Path) -> Errno? {
        let descriptor = directory.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        if descriptor < 0 { return .current }
        close(descriptor)
        return nil
    }

    /// Serves until a signal asks for the end.
    func serve() throws(CommandError) {
        let ready = try start()
        if options.unsigned {
            messages.warning(nil, "--unsigned: every list that root uploads counts")
        }
        if options.isDryRun {
            let signatures = try signatures()
            let enforcer = Enforcer(
                abi: options.abi, digests: nil, signatures: signatures, store: nil, messages)
            let file = EnforcementFile(nil, nil, signatures != nil, messages)
            return try serve(enforcer, file, [], ready)
        }
        if options.mode == .enforce { try Program.checkCommandLine() }
        let support = try KernelSupport(messages)
        let store = try ListStore()
        let pins = try Pins()
        // A process of its own, so it comes before there is much to inherit.
        let signatures = try signatures()
        let programs = try KernelPrograms(support, capacity: options.capacity)
        let enforcer = Enforcer(
            abi: options.abi, digests: programs.digests, signatures: signatures, store: store,
            messages)
        enforcer.restore(from: store)
        try begin(programs, after: pins, support)
        let reader = try RefusalReader(programs)
        let file = EnforcementFile(programs, reader, signatures != nil, messages)
        var sources = [
            EventSource(reader.descriptor) { () throws(InterfaceError) in reader.read() }
        ]
        if let timer = try RawWriterTimer(programs) { sources.append(timer.source) }
        try serve(enforcer, file, sources, ready)
        try pins.remove()
        store.removeAll()
    }

    /// Goes to the background, unless it is to stay: from here on it is the process that serves,
    /// whose children are its own.
    ///
    /// - Returns: What ends the process that it was started as.
    private func start() throws(CommandError) -> () -> Void {
        if options.isForeground { return {} }
        do { return try Background.enter() } catch {
            throw CommandError("cannot go to the background: \(error.name)")
        }
    }

    private func signatures() throws(CommandError) -> SignedLists? {
        options.unsigned
            ? nil : try SignedLists(options.lists, keys: options.keys, options.abi, messages)
    }

    /// Lets the programs decide, in the place of those of an enforcer before this one.
    private func begin(
        _ programs: KernelPrograms, after pins: Pins, _ support: KernelSupport
    ) throws(CommandError) {
        do {
            var control = enforcer_control(algorithm: support.algorithm)
            if let old = pins.predecessorControl() {
                control.mode = old.mode
                control.until = old.until
            }
            if let counts = pins.predecessorCounts() { try programs.counts.set(counts) }
            if options.mode == .audit || commandLineWantsAudit() { control.set(.audit, for: nil) }
            if options.mode == .enforce {
                try Program.checkReadiness(
                    programs.digests.map.descriptor, support.algorithm, options, messages)
                control.set(.enforce, for: options.duration)
            }
            control.uncached = someProcessWritesToBlockDevices() ? 1 : 0
            control.set(maps: try programs.mapNumbers())
            control.registering = UInt32(getpid())
            // Nothing may be refused before the programs know who they belong to.
            let wanted = (control.mode, control.until)
            control.set(.audit, for: nil)
            try programs.control.set(control)
            try programs.attach()
            try programs.register()
            control = try programs.control.value(control)
            (control.mode, control.until) = wanted
            try programs.control.set(control)
        } catch let error as Errno {
            throw CommandError("the programs cannot be told what to do: \(error.text)")
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("\(error)")
        }
        try pins.take(over: programs)
    }

    private func serve(
        _ enforcer: Enforcer, _ file: EnforcementFile, _ sources: [EventSource],
        _ ready: () -> Void
    ) throws(CommandError) {
        let session = Session(FileSystem(enforcer.interface, owner: enforcer, files: [file.file]))
        session.sources = sources
        guard
            session.mount(
                on: String(decoding: directory.bytes, as: UTF8.self), program: "diglim-enforcer",
                options: "fsname=diglim,subtype=diglim-enforcer,noexec")
        else { throw CommandError("\(directory.text): cannot mount the interface here") }
        defer { session.unmount() }
        do {
            try session.run(
                ready: {
                    ready()
                    sd_notify(0, "READY=1")
                }, hangup: {})
        } catch {
            throw CommandError("\(directory.text): \(error.name)")
        }
        // A signal asks for an orderly end; that is none.
        guard isMounted else {
            throw CommandError(
                "\(directory.text): somebody has taken the interface away; what was decided so far "
                    + "stays")
        }
    }

    /// Whether the interface is there still, as far as can be told without asking it.
    private var isMounted: Bool {
        guard let mounts = try? readVirtualFile(Path("/proc/self/mounts"), limit: 1 << 22) else {
            return true
        }
        return mounts.split(separator: UInt8(ascii: "\n")).contains { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            return fields.count > 2 && fields[1].elementsEqual(directory.escaped)
                && fields[2].elementsEqual("fuse.diglim-enforcer".utf8)
        }
    }
}

extension Path {
    /// The path as the kernel's table of mounts has it.
    fileprivate var escaped: [UInt8] {
        bytes.flatMap { byte in
            switch byte {
            case UInt8(ascii: " "): Array("\\040".utf8)
            case UInt8(ascii: "\t"): Array("\\011".utf8)
            case UInt8(ascii: "\n"): Array("\\012".utf8)
            case UInt8(ascii: "\\"): Array("\\134".utf8)
            case UInt8(ascii: "#"): Array("\\043".utf8)
            default: [byte]
            }
        }
    }
}
