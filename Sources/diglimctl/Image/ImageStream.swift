import CArchive
import CommandLineTool
import Glibc

/// A part of an initial ram disk, as the kernel unpacks it: what begins at some place in the file,
/// decompressed by libarchive where it is compressed.
final class ImageStream {
    private let archive: OpaquePointer
    private let start: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    /// What has been read, and not been taken.
    private var rest = 0..<0
    /// How many bytes have been taken so far.
    private(set) var position = 0

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - descriptor: The file, whose position is changed.
    ///   - start: Where the part begins, in bytes.
    /// - Throws: ``CommandError`` where nothing there can be read.
    init(_ descriptor: Int32, from start: Int) throws(CommandError) {
        guard let archive = archive_read_new() else { throw CommandError("no memory") }
        self.archive = archive
        self.start = start
        // Those that kernels know; some others would start a program.
        for support in [
            archive_read_support_filter_gzip, archive_read_support_filter_xz,
            archive_read_support_filter_lzma, archive_read_support_filter_zstd,
            archive_read_support_filter_lz4, archive_read_support_filter_bzip2,
            archive_read_support_format_raw,
        ] { _ = support(archive) }
        lseek(descriptor, off_t(start), SEEK_SET)
        var entry: OpaquePointer?
        guard archive_read_open_fd(archive, descriptor, 1 << 16) == ARCHIVE_OK,
            archive_read_next_header(archive, &entry) == ARCHIVE_OK
        else { throw CommandError(reason) }
    }

    deinit { archive_read_free(archive) }

    private var reason: String {
        archive_error_string(archive).map { Path(cString: $0).text } ?? "cannot be read"
    }

    /// Whether the part is compressed.
    var isCompressed: Bool { archive_filter_count(archive) > 1 }

    /// Where in the file the next part begins, once this one has been taken whole.
    var end: Int {
        isCompressed ? start + Int(archive_filter_bytes(archive, -1)) : start + position
    }

    /// Takes bytes.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - body: Gets them, in one or more pieces.
    /// - Throws: ``CommandError`` where there are not so many.
    func take(
        _ count: Int, _ body: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) throws(CommandError) {
        var missing = count
        while missing > 0 {
            guard try fill() else { throw CommandError("cut off") }
            let piece = rest.prefix(missing)
            buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[piece])) }
            rest = piece.upperBound..<rest.upperBound
            position += piece.count
            missing -= piece.count
        }
    }

    /// The next byte, which is not taken; `nil` at the end.
    ///
    /// - Throws: ``CommandError`` where the file or its compression is damaged.
    func peek() throws(CommandError) -> UInt8? {
        try fill() ? buffer[rest.lowerBound] : nil
    }

    private func fill() throws(CommandError) -> Bool {
        if !rest.isEmpty { return true }
        let count = buffer.withUnsafeMutableBytes {
            archive_read_data(archive, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw CommandError(reason) }
        rest = 0..<count
        return count > 0
    }
}
