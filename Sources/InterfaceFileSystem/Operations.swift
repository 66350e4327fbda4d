import CFUSE
import CLinux

/// What the session does at each of FUSE's requests.
///
/// C calls these; each finds its session again in the request, and answers the request once.
extension fuse_lowlevel_ops {
    /// The operations of the interface's files.
    static var interface: fuse_lowlevel_ops {
        var operations = fuse_lowlevel_ops()
        operations.addNegotiation()
        operations.addNames()
        operations.addDirectories()
        operations.addFiles()
        operations.addRefusals()
        return operations
    }

    private mutating func addNegotiation() {
        `init` = { _, connection in
            // The kernel lets only so many closes wait for an answer at a time, and holds the
            // others back; a file would look open to whoever opens it right after its close.
            connection?.pointee.max_background = UInt32(UInt16.max)
        }
    }

    private mutating func addNames() {
        lookup = { request, parent, name in
            guard let name else { return }
            answer(request) { (session, request) throws(InterfaceError) in
                let files = session.fileSystem
                let node = try files.look(
                    up: [UInt8](name: name), in: try Node(existing: parent))
                request.reply(node: node, attributes: try files.attributes(of: node))
            }
        }
        getattr = { request, number, _ in
            answer(request) { (session, request) throws(InterfaceError) in
                let node = try Node(existing: number)
                request.reply(
                    attributes: try session.fileSystem.attributes(of: node), of: node)
            }
        }
        setattr = { request, number, _, changes, _ in
            answer(request) { (session, request) throws(InterfaceError) in
                // What opens with O_TRUNC changes nothing but is well.
                let owner = FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID
                guard changes & owner == 0 else { throw .notPermitted }
                let node = try Node(existing: number)
                request.reply(
                    attributes: try session.fileSystem.attributes(of: node), of: node)
            }
        }
    }

    private mutating func addDirectories() {
        opendir = { request, _, information in
            guard let information else { return }
            answer(request) { (session, request) throws(InterfaceError) in
                request.reply(
                    handle: session.fileSystem.openDirectory(), information: information)
            }
        }
        readdir = { request, number, size, position, information in
            guard let handle = information?.pointee.fh else { return }
            answer(request) { (session, request) throws(InterfaceError) in
                let entries = session.fileSystem.entries(
                    handle, of: try Node(existing: number), from: position)
                request.reply(entries: entries, size: size)
            }
        }
        releasedir = { request, _, information in
            guard let handle = information?.pointee.fh else { return }
            answer(request) { (session, request) throws(InterfaceError) in
                session.fileSystem.closeDirectory(handle)
                request.reply(error: 0)
            }
        }
    }

    private mutating func addFiles() {
        open = { request, number, information in
            guard let information else { return }
            answer(request) { (session, request) throws(InterfaceError) in
                let handle = try session.fileSystem.open(
                    try Node(existing: number), flags: information.pointee.flags)
                request.reply(handle: handle, information: information)
            }
        }
        read = { request, _, size, position, information in
            guard let handle = information?.pointee.fh else { return }
            answer(request) { (session, request) throws(InterfaceError) in
                request.reply(
                    bytes: try session.fileSystem.read(handle, at: position, size: size))
            }
        }
        write = { request, _, bytes, size, position, information in
            guard let handle = information?.pointee.fh else { return }
            answer(request) { (session, request) throws(InterfaceError) in
                let piece = UnsafeRawBufferPointer(start: bytes, count: size)
                session.write(piece, to: handle, at: position, for: request)
            }
        }
        release = { request, _, information in
            guard let handle = information?.pointee.fh else { return }
            answer(request) { (session, request) throws(InterfaceError) in
                session.fileSystem.close(handle)
                request.reply(error: 0)
            }
        }
    }

    /// Without these the caller would be told that the system lacks the function.
    private mutating func addRefusals() {
        create = { request, _, _, _, _ in fuse_reply_err(request, EACCES) }
        mknod = { request, _, _, _, _ in fuse_reply_err(request, EACCES) }
        mkdir = { request, _, _, _ in fuse_reply_err(request, EPERM) }
        unlink = { request, _, _ in fuse_reply_err(request, EPERM) }
        rmdir = { request, _, _ in fuse_reply_err(request, EPERM) }
        rename = { request, _, _, _, _, _ in fuse_reply_err(request, EPERM) }
        link = { request, _, _, _ in fuse_reply_err(request, EPERM) }
        symlink = { request, _, _, _ in fuse_reply_err(request, EPERM) }
    }
}

private func answer(
    _ request: fuse_req_t?, _ body: (Session, Request) throws(InterfaceError) -> Void
) {
    guard let request, let session = Session.of(request) else { return }
    let wrapped = Request(raw: request)
    do {
        try body(session, wrapped)
    } catch {
        wrapped.reply(error: error.errno)
    }
}

extension Node {
    fileprivate init(existing number: UInt64) throws(InterfaceError) {
        guard let node = Node(number: number) else { throw .notFound }
        self = node
    }
}

extension [UInt8] {
    fileprivate init(name: UnsafePointer<CChar>) {
        self.init(UnsafeRawBufferPointer(start: name, count: strlen(name)))
    }
}
