import CFUSE
import CLinux
import Glibc
import LinuxFiles

/// The mounted interface: requests of the kernel in, answers out, one after the other.
///
/// libfuse's own loop will not do. In the versions before 3.17 its buffer ends at 256 pages, and
/// so does what it lets the kernel put into one write; but a list goes up in one write of up to
/// 4 MiB. So requests are read here, into a buffer that is large enough, and handed to libfuse,
/// and the limits in its answer to `FUSE_INIT` are replaced on their way to the kernel. The way
/// leads through a pipe, because not every libfuse has custom I/O. To a newer libfuse, which
/// would ask for as much by itself, this makes no difference.
public final class Session {
    /// What the session makes visible.
    let fileSystem: FileSystem

    /// What it waits for beside the kernel's requests; may change at any time.
    public var sources: [EventSource] = []

    private let maximumWrite: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var handle: OpaquePointer?
    private var isNegotiated = false
    private var pendingWrites: [PendingWrite] = []

    /// A write that is not answered yet.
    private struct PendingWrite {
        let request: Request
        let size: Int
        let descriptor: Int32
        let answer: () throws(InterfaceError) -> Answer<Void>
    }

    /// Room for what stands in front of a write's bytes; libfuse reserves the same.
    private static let headerSize = 4096

    /// The least that the kernel accepts as a buffer to read into.
    private static let minimumBuffer = Int(FUSE_MIN_READ_BUFFER)

    /// Creates a session, not mounted yet.
    ///
    /// - Parameters:
    ///   - fileSystem: What it makes visible.
    ///   - maximumWrite: The largest write that comes in one piece, in bytes.
    public init(_ fileSystem: FileSystem, maximumWrite: Int = Interface.maximumAllocation) {
        self.fileSystem = fileSystem
        self.maximumWrite = maximumWrite
        buffer = .allocate(
            byteCount: max(maximumWrite + Self.headerSize, Self.minimumBuffer),
            alignment: PageLimit.pageSize)
    }

    deinit { buffer.deallocate() }

    /// The session that a request belongs to.
    static func of(_ request: fuse_req_t) -> Session? {
        fuse_req_userdata(request).map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }
}

// MARK: - Mounting

extension Session {
    /// Pages for a write of a size, wherever in its first page it begins.
    private var pages: Int { maximumWrite / PageLimit.pageSize + 1 }

    /// Mounts the interface. libfuse tells what hinders it.
    ///
    /// - Parameters:
    ///   - directory: The absolute path of the directory.
    ///   - program: The program's name.
    ///   - options: The options of the mount, between commas.
    ///   - tell: Gets libfuse's messages, from all sessions of the process; `nil` for stderr.
    /// - Returns: Whether it is mounted.
    public func mount(
        on directory: String, program: String, options: String,
        tell: (@Sendable (String) -> Void)? = nil
    ) -> Bool {
        if let tell { LibraryMessages.redirect(to: tell) }
        PageLimit.raise(to: pages)
        var operations = fuse_lowlevel_ops.interface
        handle = withArguments([program, "-o", options]) {
            cfuse_session_new($0, &operations, Unmanaged.passUnretained(self).toOpaque())
        }
        guard handle != nil else { return false }
        guard fuse_session_mount(handle, directory) == 0 else {
            unmount()
            return false
        }
        return true
    }

    /// Takes the mount away.
    public func unmount() {
        guard let handle else { return }
        fuse_session_unmount(handle)
        fuse_session_destroy(handle)
        self.handle = nil
    }

    private func withArguments<Result>(
        _ arguments: [String], _ body: (UnsafeMutablePointer<fuse_args>) -> Result
    ) -> Result {
        var strings = arguments.map { strdup($0) }
        defer { for string in strings { free(string) } }
        return strings.withUnsafeMutableBufferPointer { strings in
            var arguments = fuse_args(
                argc: Int32(strings.count), argv: strings.baseAddress, allocated: 0)
            // What takes options out of them, leaves a copy of the rest.
            defer { fuse_opt_free_args(&arguments) }
            return body(&arguments)
        }
    }
}

// MARK: - Negotiation

extension Session {
    /// Has libfuse answer `FUSE_INIT`, and replaces the limits in the answer.
    ///
    /// libfuse writes to the kernel's descriptor, so a pipe has its number for as long.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - kernel: The descriptor.
    /// - Throws: The errno.
    private func negotiate(_ request: inout fuse_buf, on kernel: Int32) throws(InterfaceError) {
        let saved = fcntl(kernel, F_DUPFD_CLOEXEC, 0)
        guard saved >= 0 else { throw .system(.current) }
        defer { close(saved) }
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .system(.current) }
        defer { close(ends[0]) }
        let isDiverted = dup2(ends[1], kernel) >= 0
        close(ends[1])
        guard isDiverted else { throw .system(.current) }
        fuse_session_process_buf(handle, &request)
        guard dup2(saved, kernel) >= 0 else { throw .system(.current) }

        var answer = (header: fuse_out_header(), body: fuse_init_out())
        let size = withUnsafeMutableBytes(of: &answer) {
            read(ends[0], $0.baseAddress, $0.count)
        }
        guard size > 0 else { return }
        // What is shorter is an error.
        if size == MemoryLayout.size(ofValue: answer) {
            replaceLimits(in: &answer.body, hasPages: Self.offersPages(request))
        }
        isNegotiated = true
        guard Glibc.write(kernel, &answer, size) == size else { throw .system(.current) }
    }

    /// Whether the kernel lets the number of pages be chosen.
    private static func offersPages(_ request: fuse_buf) -> Bool {
        // Older kernels send less of the structure, but flags are among what all send.
        let flags =
            MemoryLayout<fuse_in_header>.size + MemoryLayout<fuse_init_in>.offsetOfFlags
        guard request.size >= flags + MemoryLayout<UInt32>.size else { return false }
        let word = request.mem.loadUnaligned(fromByteOffset: flags, as: UInt32.self)
        return word & UInt32(FUSE_MAX_PAGES) != 0
    }

    private func replaceLimits(in answer: inout fuse_init_out, hasPages: Bool) {
        answer.max_write = UInt32(maximumWrite)
        if hasPages {
            answer.flags |= UInt32(FUSE_MAX_PAGES)
            answer.max_pages = UInt16(pages)
        }
        let granted = PageLimit.granted(pages, negotiable: hasPages)
        // A write need not begin where a page does, and its pieces are the smaller for it.
        fileSystem.pieceLimit = min(maximumWrite, (granted - 1) * PageLimit.pageSize)
    }
}

extension MemoryLayout where T == fuse_init_in {
    fileprivate static var offsetOfFlags: Int { offset(of: \.flags) ?? 12 }
}

// MARK: - Requests

extension Session {
    /// Answers requests until the interface is unmounted or a signal asks to end.
    ///
    /// - Parameters:
    ///   - ready: Called once, as soon as the interface answers.
    ///   - hangup: What `SIGHUP` does; `nil` where it ends the session as the others do.
    /// - Throws: The errno, or what a handler throws.
    public func run(
        ready: () -> Void, hangup: (() throws(InterfaceError) -> Void)? = nil
    ) throws(InterfaceError) {
        let signals = try SignalDescriptor()
        let requests = fuse_session_fd(handle)
        let flags = fcntl(requests, F_GETFL)
        guard flags >= 0, fcntl(requests, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw .system(.current)
        }
        var isReady = false
        while fuse_session_exited(handle) == 0 {
            let readable = try Self.wait(
                for: [requests, signals.descriptor] + sources.map(\.descriptor)
                    + pendingWrites.map(\.descriptor))
            if readable.contains(signals.descriptor), let signal = signals.take() {
                guard signal == SIGHUP, let hangup else { return }
                try hangup()
            }
            try handleEvents(on: readable)
            finishWrites(on: readable)
            if readable.contains(requests) { try receive(from: requests) }
            if isNegotiated, !isReady {
                isReady = true
                fileSystem.start()
                ready()
            }
        }
    }

    private static func wait(for descriptors: [Int32]) throws(InterfaceError) -> Set<Int32> {
        var sources = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&sources, nfds_t(sources.count), -1) >= 0 || clinux_errno() == EINTR else {
            throw .system(.current)
        }
        return Set(sources.lazy.filter { $0.revents != 0 }.map(\.fd))
    }

    private func handleEvents(on readable: Set<Int32>) throws(InterfaceError) {
        for source in sources where readable.contains(source.descriptor) {
            // A handler before may have taken it away.
            guard sources.contains(where: { $0.descriptor == source.descriptor }) else { continue }
            try source.handler()
        }
    }

    private func receive(from file: Int32) throws(InterfaceError) {
        let size = read(file, buffer.baseAddress, buffer.count)
        guard size >= 0 else {
            switch clinux_errno() {
            case EINTR, EAGAIN, ENOENT: return
            case ENODEV: return fuse_session_exit(handle)
            default: throw .system(.current)
            }
        }
        guard size >= MemoryLayout<fuse_in_header>.size else { return }
        var request = fuse_buf()
        request.size = size
        request.mem = buffer.baseAddress
        request.fd = -1
        let opcode = request.mem.loadUnaligned(as: fuse_in_header.self).opcode
        guard opcode != FUSE_INIT.rawValue else { return try negotiate(&request, on: file) }
        fuse_session_process_buf(handle, &request)
    }

    /// Performs a write, and answers as soon as it is done.
    ///
    /// - Parameters:
    ///   - piece: The bytes.
    ///   - handle: The handle of the open file.
    ///   - position: Where to write, in bytes.
    ///   - request: What to answer.
    func write(
        _ piece: UnsafeRawBufferPointer, to handle: UInt64, at position: Int,
        for request: Request
    ) {
        answer(request, written: piece.count) { () throws(InterfaceError) in
            try fileSystem.write(piece, to: handle, at: position, by: request.process)
        }
    }

    private func finishWrites(on readable: Set<Int32>) {
        let writes = pendingWrites
        pendingWrites = []
        for write in writes {
            if readable.contains(write.descriptor) {
                answer(write.request, written: write.size, write.answer)
            } else {
                pendingWrites.append(write)
            }
        }
    }

    private func answer(
        _ request: Request, written size: Int,
        _ answer: () throws(InterfaceError) -> Answer<Void>
    ) {
        do {
            switch try answer() {
            case .now:
                request.reply(written: size)
            case .later(let descriptor, let answer):
                pendingWrites.append(
                    PendingWrite(
                        request: request, size: size, descriptor: descriptor, answer: answer))
            }
        } catch {
            request.reply(error: error.errno)
        }
    }
}
