import CELF
import Glibc

/// An ELF file, read through libelf: of either class and byte order, for any machine.
///
/// Nothing is mapped, so a file that shrinks while it is read is an error and no crash.
struct ELFFile: ~Copyable {
    private let file: OpaquePointer
    private let header: GElf_Ehdr
    private let size: UInt64

    /// The most that is read of the dynamic section, or of the sections' names, in bytes; in reality
    /// they are a few hundred.
    private static let limit: UInt64 = 1 << 20

    /// Opens an ELF file.
    ///
    /// - Parameters:
    ///   - descriptor: The file, which stays open for as long as this is used. Its offset is
    ///     neither used nor moved.
    ///   - size: The file's size, in bytes.
    /// - Throws: ``ELFError`` where it is no ELF file, or its header is broken.
    init(_ descriptor: Int32, size: UInt64) throws(ELFError) {
        guard !Self.hidesSectionCount(descriptor) else { throw .sections }
        elf_version(UInt32(EV_CURRENT))
        guard let file = elf_begin(descriptor, ELF_C_READ, nil) else { throw .header }
        var header = GElf_Ehdr()
        guard elf_kind(file) == ELF_K_ELF, gelf_getehdr(file, &header) != nil else {
            let isELF = elf_kind(file) == ELF_K_ELF
            elf_end(file)
            throw isELF ? .header : .notELF
        }
        self.file = file
        self.header = header
        self.size = size
    }

    deinit { elf_end(file) }

    /// Whether the number of sections is in none of 16 bits but in the table of sections, as with
    /// 65280 or more. No executable has so many, and libelf takes memory for all of them at once.
    private static func hidesSectionCount(_ descriptor: Int32) -> Bool {
        var header = [UInt8](repeating: 0, count: MemoryLayout<Elf64_Ehdr>.size)
        let size = pread(descriptor, &header, header.count, 0)
        // e_shoff and e_shnum; 0 is the same in either byte order.
        let is64 = header[Int(EI_CLASS)] == ELFCLASS64
        let (offset, count) = is64 ? (40..<48, 60..<62) : (32..<36, 48..<50)
        return size >= count.upperBound && header.starts(with: ELFMAG.utf8)
            && header[offset].contains { $0 != 0 } && header[count].allSatisfy { $0 == 0 }
    }

    /// Whether it is of a type that the kernel loads.
    var isLoadable: Bool { [ET_EXEC, ET_DYN].contains(Int32(header.e_type)) }

    /// Whether it says where to begin, as some shared libraries do too.
    var hasEntryPoint: Bool { header.e_entry != 0 }

    /// Whether it is a shared object, as position-independent executables are too.
    var isSharedObject: Bool { header.e_type == ET_DYN }

    /// The segments.
    ///
    /// - Throws: ``ELFError/segments`` where the kernel would refuse their headers, or one runs
    ///   past the end of the file.
    func segments() throws(ELFError) -> [GElf_Phdr] {
        // The most that the kernel's load_elf_phdrs() takes, in bytes.
        let limit = 65536
        let (count, headerSize) = (Int(header.e_phnum), Int(header.e_phentsize))
        guard headerSize == gelf_fsize(file, ELF_T_PHDR, 1, UInt32(EV_CURRENT)), count > 0,
            count * headerSize <= limit,
            holds(header.e_phoff, UInt64(count * headerSize))
        else { throw .segments }
        var segments: [GElf_Phdr] = []
        for index in 0..<count {
            var segment = GElf_Phdr()
            guard gelf_getphdr(file, Int32(index), &segment) != nil,
                holds(segment.p_offset, segment.p_filesz)
            else { throw .segments }
            segments.append(segment)
        }
        return segments
    }

    /// The entries for the dynamic linker, up to the one that ends them.
    ///
    /// - Parameter segments: The segments.
    /// - Throws: ``ELFError/dynamic`` where there is more than one segment of them, or they cannot
    ///   be read.
    func dynamicEntries(in segments: [GElf_Phdr]) throws(ELFError) -> [GElf_Dyn] {
        let dynamic = segments.filter { $0.p_type == PT_DYNAMIC }
        guard let segment = dynamic.first else { return [] }
        guard dynamic.count == 1, segment.p_filesz <= Self.limit,
            let data = elf_getdata_rawchunk(
                file, Int64(segment.p_offset), Int(segment.p_filesz), ELF_T_DYN)
        else { throw .dynamic }
        var entries: [GElf_Dyn] = []
        var entry = GElf_Dyn()
        while gelf_getdyn(data, Int32(entries.count), &entry) != nil, entry.d_tag != DT_NULL {
            entries.append(entry)
        }
        return entries
    }

    /// Whether a section's name is one of those looked for.
    ///
    /// - Parameter isWanted: Looks at a section's name, a C string.
    /// - Throws: ``ELFError/sections`` where they cannot be read.
    func hasSection(
        where isWanted: (UnsafePointer<CChar>) -> Bool
    ) throws(ELFError) -> Bool {
        guard header.e_shnum > 0 else { return false }
        var names = 0
        var table = GElf_Shdr()
        guard holds(header.e_shoff, UInt64(header.e_shnum) * UInt64(header.e_shentsize)),
            elf_getshdrstrndx(file, &names) == 0,
            gelf_getshdr(elf_getscn(file, names), &table) != nil, table.sh_size <= Self.limit
        else { throw .sections }
        var section: OpaquePointer?
        while let next = elf_nextscn(file, section) {
            var header = GElf_Shdr()
            guard gelf_getshdr(next, &header) != nil,
                let name = elf_strptr(file, names, Int(header.sh_name))
            else { throw .sections }
            if isWanted(name) { return true }
            section = next
        }
        return false
    }

    private func holds(_ offset: UInt64, _ count: UInt64) -> Bool {
        offset <= size && count <= size - offset
    }
}

/// What is wrong with an ELF file.
enum ELFError: Error {
    case notELF, header, segments, dynamic, sections

    /// The error in words.
    var reason: StaticString {
        switch self {
        case .notELF: "no ELF file"
        case .header: "an ELF file with a broken header"
        case .segments: "an ELF file whose segments are broken or cut off"
        case .dynamic: "an ELF file with a broken dynamic section"
        case .sections: "an ELF file whose sections are broken or cut off"
        }
    }
}
