import CFUSE
import CLinux

/// A request of the kernel, to be answered once.
struct Request {
    /// libfuse's request.
    let raw: fuse_req_t

    /// The process that asks.
    var process: pid_t { fuse_req_ctx(raw).pointee.pid }

    /// Answers with an error, or without any where there is nothing else to tell.
    func reply(error: Int32) { fuse_reply_err(raw, error) }

    /// Answers with a node that was looked up.
    func reply(node: Node, attributes: stat) {
        var entry = fuse_entry_param()
        entry.ino = node.number
        entry.attr = attributes
        entry.attr_timeout = node.lifetime
        entry.entry_timeout = node.lifetime
        fuse_reply_entry(raw, &entry)
    }

    /// Answers with a node's attributes.
    func reply(attributes: stat, of node: Node) {
        withUnsafePointer(to: attributes) { _ = fuse_reply_attr(raw, $0, node.lifetime) }
    }

    /// Answers with an open file or directory, of which the kernel shall keep nothing.
    func reply(handle: UInt64, information: UnsafeMutablePointer<fuse_file_info>) {
        information.pointee.fh = handle
        information.pointee.direct_io = 1
        information.pointee.keep_cache = 0
        fuse_reply_open(raw, information)
    }

    /// Answers with the number of bytes written.
    func reply(written size: Int) { fuse_reply_write(raw, size) }

    /// Answers with bytes of a file.
    func reply(bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { bytes in
            _ = fuse_reply_buf(
                raw, bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count)
        }
    }

    /// Answers with as many lines of a directory as there is room for.
    ///
    /// - Parameters:
    ///   - entries: The lines, each at the index that is its position.
    ///   - size: The room, in bytes.
    func reply(entries: ArraySlice<FileSystem.Entry>, size: Int) {
        var reply = [CChar](repeating: 0, count: size)
        var used = 0
        for (index, entry) in zip(entries.indices, entries) {
            var attributes = stat()
            attributes.st_ino = UInt(entry.node.number)
            attributes.st_mode = entry.node.mode
            let needed = reply.withUnsafeMutableBufferPointer { reply in
                (entry.name + [0]).withUnsafeBytes { name in
                    fuse_add_direntry(
                        raw, reply.baseAddress.map { $0 + used }, size - used,
                        name.assumingMemoryBound(to: CChar.self).baseAddress, &attributes,
                        off_t(index + 1))
                }
            }
            guard used + needed <= size else { break }
            used += needed
        }
        fuse_reply_buf(raw, reply, used)
    }
}
