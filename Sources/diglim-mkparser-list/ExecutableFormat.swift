import CELF
import Glibc

/// What an ELF file says about how it is executed.
struct ExecutableFormat {
    /// Whether it is an executable, and not a shared library or an object file.
    var isExecutable: Bool
    /// Whether another program, the dynamic linker, is to be loaded with it.
    var hasInterpreter: Bool
    /// Whether it needs shared libraries.
    var needsLibraries: Bool
    /// Whether it asks for a stack that can be executed, or says nothing of it.
    var hasExecutableStack: Bool
    /// Whether memory is loaded that can be both written and executed.
    var hasWritableCode: Bool
    /// Whether it has symbols or debug information, which `strip(1)` takes away.
    var canBeStripped: Bool

    /// Reads an ELF file.
    ///
    /// - Parameters:
    ///   - descriptor: The file; its offset is neither used nor moved.
    ///   - size: The file's size, in bytes.
    /// - Throws: ``ELFError`` where it is no ELF file, or a broken one.
    init(of descriptor: Int32, size: UInt64) throws(ELFError) {
        let file = try ELFFile(descriptor, size: size)
        // An object file has none.
        let segments = file.isLoadable ? try file.segments() : []
        let entries = try file.dynamicEntries(in: segments)
        // A shared library may have an entry point, as the C library has.
        let isLibrary = file.isSharedObject && !entries.contains(where: \.isForExecutable)
        isExecutable =
            file.hasEntryPoint && !isLibrary && segments.contains { $0.p_type == PT_LOAD }
        hasInterpreter = segments.contains { $0.p_type == PT_INTERP }
        needsLibraries = entries.contains { $0.d_tag == DT_NEEDED }
        let stacks = segments.filter { $0.p_type == PT_GNU_STACK }
        hasExecutableStack =
            !segments.isEmpty && (stacks.isEmpty || stacks.contains { $0.has(PF_X) })
        hasWritableCode = segments.contains {
            $0.p_type == PT_LOAD && $0.has(PF_X) && $0.has(PF_W)
        }
        canBeStripped = try file.hasSection { name in
            strcmp(name, ".symtab") == 0 || Self.has(name, prefix: ".debug_")
                || Self.has(name, prefix: ".zdebug_")
        }
    }

    private static func has(_ name: UnsafePointer<CChar>, prefix: String) -> Bool {
        strncmp(name, prefix, prefix.utf8.count) == 0
    }
}

extension GElf_Phdr {
    fileprivate func has(_ flag: Int32) -> Bool { p_flags & UInt32(flag) != 0 }
}

extension GElf_Dyn {
    /// Whether the entry says that the shared object is a position-independent executable.
    fileprivate var isForExecutable: Bool {
        d_tag == DT_FLAGS_1 && d_un.d_val & UInt64(DF_1_PIE) != 0
    }
}
