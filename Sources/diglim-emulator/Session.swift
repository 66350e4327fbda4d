import CFUSE
import CLinux
import Glibc
import LinuxFiles

/// The mounted interface: requests of the kernel in, answers out, one after the other.
///
/// libfuse's own loop will not do. In the versions before 3.17 its buffer ends at 256 pages, and
/// so does what it lets the kernel put into one write; but a list goes up in one write of up to
/// 4 MiB. So requests are read here, into a buffer that is large enough, and handed to libfuse,
/// and the limits in its answer to `FUSE_INIT` are replaced on their way to the kernel. To a
/// newer libfuse, which would ask for as much by itself, this makes no difference.
final class Session {
    /// What the session makes visible.
    let fileSystem: FileSystem

    private let maximumWrite: Int
    private let reader: ListReader
    private let buffer: UnsafeMutableRawBufferPointer
    private var handle: OpaquePointer?
    private var negotiation = Negotiation.awaited
    private var pendingWrites: [UInt64: (request: Request, handle: UInt64)] = [:]
    private var lastWrite: UInt64 = 0

    /// How far the kernel and libfuse are with `FUSE_INIT`.
    private enum Negotiation {
        case awaited
        /// The kernel has asked, and perhaps lets the number of pages be chosen.
        case begun(hasPages: Bool)
        case done
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
    /// - Throws: The errno.
    init(_ fileSystem: FileSystem, maximumWrite: Int) throws(InterfaceError) {
        self.fileSystem = fileSystem
        self.maximumWrite = maximumWrite
        reader = try ListReader()
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

    /// Mounts the interface. libfuse tells on stderr what hinders it.
    ///
    /// - Parameter directory: The absolute path of the directory.
    /// - Returns: Whether it is mounted.
    func mount(on directory: String) -> Bool {
        PageLimit.raise(to: pages)
        var operations = fuse_lowlevel_ops.interface
        handle = withArguments(
            ["diglim-emulator", "-o", "fsname=diglim,subtype=diglim-emulator,noexec"]
        ) { cfuse_session_new($0, &operations, Unmanaged.passUnretained(self).toOpaque()) }
        guard handle != nil else { return false }
        guard fuse_session_mount(handle, directory) == 0, takeOverInput() else {
            unmount()
            return false
        }
        return true
    }

    /// Takes the mount away.
    func unmount() {
        guard let handle else { return }
        fuse_session_unmount(handle)
        fuse_session_destroy(handle)
        self.handle = nil
    }

    private func takeOverInput() -> Bool {
        var io = fuse_custom_io()
        io.writev = { file, vectors, count, context in
            guard let vectors, let context else { return -1 }
            let session = Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
            session.replaceLimits(UnsafeBufferPointer(start: vectors, count: Int(count)))
            return writev(file, vectors, count)
        }
        io.read = { file, bytes, size, _ in read(file, bytes, size) }
        return cfuse_session_custom_io(handle, &io, fuse_session_fd(handle)) == 0
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
    private func noteNegotiation(_ request: UnsafeRawBufferPointer) {
        // Older kernels send less of the structure, but flags are among what all send.
        let flags =
            MemoryLayout<fuse_in_header>.size + MemoryLayout<fuse_init_in>.offsetOfFlags
        guard request.loadUnaligned(as: fuse_in_header.self).opcode == FUSE_INIT.rawValue,
            request.count >= flags + MemoryLayout<UInt32>.size
        else { return }
        let word = request.loadUnaligned(fromByteOffset: flags, as: UInt32.self)
        negotiation = .begun(hasPages: word & UInt32(FUSE_MAX_PAGES) != 0)
    }

    /// Replaces the limits in libfuse's answer to `FUSE_INIT`, if it is that.
    ///
    /// - Parameter answer: The answer: its header, and `struct fuse_init_out`.
    private func replaceLimits(_ answer: UnsafeBufferPointer<iovec>) {
        guard case .begun(let hasPages) = negotiation else { return }
        negotiation = .done
        guard answer.count == 2, answer[1].iov_len >= MemoryLayout<fuse_init_out>.size,
            let body = answer[1].iov_base?.assumingMemoryBound(to: fuse_init_out.self)
        else { return }
        body.pointee.max_write = UInt32(maximumWrite)
        if hasPages {
            body.pointee.flags |= UInt32(FUSE_MAX_PAGES)
            body.pointee.max_pages = UInt16(pages)
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
    /// - Parameter ready: Called once, as soon as the interface answers.
    /// - Throws: The errno.
    func run(ready: () -> Void) throws(InterfaceError) {
        let signals = try SignalDescriptor()
        let requests = fuse_session_fd(handle)
        let flags = fcntl(requests, F_GETFL)
        guard flags >= 0, fcntl(requests, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw .system(.current)
        }
        var isReady = false
        while fuse_session_exited(handle) == 0 {
            let readable = try Self.wait(
                for: [requests, reader.descriptor, signals.descriptor])
            if readable[2] { return }
            if readable[1] { finishWrites() }
            if readable[0] { try receive(from: requests) }
            if case .done = negotiation, !isReady {
                isReady = true
                fileSystem.start()
                ready()
            }
        }
    }

    private static func wait(for descriptors: [Int32]) throws(InterfaceError) -> [Bool] {
        var sources = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&sources, nfds_t(sources.count), -1) >= 0 || clinux_errno() == EINTR else {
            throw .system(.current)
        }
        return sources.map { $0.revents != 0 }
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
        noteNegotiation(UnsafeRawBufferPointer(rebasing: buffer[..<size]))
        var request = fuse_buf()
        request.size = size
        request.mem = buffer.baseAddress
        request.fd = -1
        fuse_session_process_buf(handle, &request)
    }

    /// Performs a write, and answers unless a list has to be read first.
    ///
    /// - Parameters:
    ///   - piece: The bytes.
    ///   - handle: The handle of the open file.
    ///   - position: Where to write, in bytes.
    ///   - request: What to answer.
    func write(
        _ piece: UnsafeRawBufferPointer, to handle: UInt64, at position: Int,
        for request: Request
    ) throws(InterfaceError) {
        switch try fileSystem.write(piece, to: handle, at: position, by: request.process) {
        case .done:
            request.reply(written: piece.count)
        case .path(let path):
            lastWrite += 1
            pendingWrites[lastWrite] = (request, handle)
            reader.read(path, number: lastWrite)
        }
    }

    private func finishWrites() {
        for outcome in reader.takeOutcomes() {
            guard let (request, handle) = pendingWrites.removeValue(forKey: outcome.number)
            else { continue }
            do {
                try fileSystem.finishWrite(
                    of: outcome.path, to: handle, list: outcome.list, by: request.process)
                request.reply(written: outcome.path.payload.count)
            } catch {
                request.reply(error: error.errno)
            }
        }
    }
}
