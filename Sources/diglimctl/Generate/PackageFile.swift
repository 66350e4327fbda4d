import CRPMDatabase
import CommandLineTool
import Glibc
import LinuxFiles
import ListVerification
import PackageHeader

/// Package files, as `rpm -i` would install them.
enum PackageFile {
    /// Whether a path leads to a package file, by its first bytes.
    ///
    /// - Parameter path: The path.
    static func isThere(_ path: Path) -> Bool {
        guard let descriptor = try? openRegularFile(path) else { return false }
        defer { close(descriptor) }
        var magic: UInt32 = 0
        let count = withUnsafeMutableBytes(of: &magic) {
            read(descriptor, $0.baseAddress, $0.count)
        }
        return count == 4 && magic.bigEndian == 0xedab_eedb
    }

    /// Reads the header of a package file, once all of the package's digests are found to be right.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - librpm: What reads it.
    /// - Returns: The header, with the package's signatures in it.
    /// - Throws: ``CommandError`` where the file is no package or a broken one.
    static func header(at path: Path, _ librpm: Librpm) throws(CommandError) -> PackageHeader {
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        try verify(descriptor, librpm)
        lseek(descriptor, 0, SEEK_SET)
        let file = fdDup(descriptor)
        defer { Fclose(file) }
        var header: OpaquePointer?
        let result = rpmReadPackageFile(librpm.transaction, file, "package", &header)
        guard result == RPMRC_OK, let header else {
            throw CommandError("not a readable RPM package\(LibrpmMessages.takeReason())")
        }
        _ = LibrpmMessages.take()
        return PackageHeader(taking: header, signatureHeader: try signatureHeader(in: descriptor))
    }

    /// Reads the header of a package file's signatures, which comes behind the lead.
    private static func signatureHeader(
        in descriptor: Int32
    ) throws(CommandError) -> OpaquePointer {
        let leadSize = 96
        lseek(descriptor, off_t(leadSize), SEEK_SET)
        let file = fdDup(descriptor)
        defer { Fclose(file) }
        guard let header = headerRead(file, Int32(HEADER_MAGIC_YES.rawValue)) else {
            throw CommandError("its signatures cannot be read\(LibrpmMessages.takeReason())")
        }
        return header
    }

    /// Checks the digests over header and payload.
    private static func verify(_ descriptor: Int32, _ librpm: Librpm) throws(CommandError) {
        let file = fdDup(descriptor)
        defer { Fclose(file) }
        var query = rpmQVKArguments_s()
        let result = rpmVerifySignatures(&query, librpm.transaction, file, "package")
        let messages = LibrpmMessages.take()
        guard result != 0 else { return }
        if messages.contains(where: { $0.text.contains(" digest: ") }) {
            let bad = messages.map(\.text).filter { $0.contains(": BAD") }.joined(separator: "; ")
            throw CommandError(bad.isEmpty ? "broken package" : "broken package: \(bad)")
        }
        let reason = messages.first(where: \.isTrouble).map {
            ": \(withoutDescription($0.text, of: file))"
        }
        throw CommandError("not an RPM package\(reason ?? "")")
    }

    /// librpm puts its own name of an open file in front of errors.
    private static func withoutDescription(_ text: String, of file: FD_t?) -> String {
        guard let description = Fdescr(file).map({ String(cString: $0) + ": " }),
            text.hasPrefix(description)
        else { return text }
        return String(text.dropFirst(description.count))
    }
}
