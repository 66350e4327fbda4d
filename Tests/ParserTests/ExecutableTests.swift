import BlackBox
import Foundation
import Testing

/// What an executable is made of that the kernel starts.
@Suite(.needs(.parser, .uploader))
struct ExecutableTests {
    private static let programs = [Program.parser, .uploader]

    private func readelf(_ option: String, _ program: Program) throws -> String {
        try output(of: "readelf", "-W", option, program.path)
    }

    private func segments(of program: Program) throws -> [[Substring]] {
        try readelf("--program-headers", program).split(separator: "\n")
            .map { $0.split(separator: " ") }
            .filter { $0.count >= 7 && $0[1].hasPrefix("0x") }
    }

    /// The flags of a segment: all between its sizes and its alignment.
    private func flags(_ segment: [Substring]) -> String {
        segment.dropFirst(6).dropLast().joined()
    }

    @Test(
        "Static: no interpreter, no library, nothing left to be found at run time",
        arguments: programs)
    func isStatic(program: Program) throws {
        #expect(try !segments(of: program).contains { $0[0] == "INTERP" })
        let dynamic = try readelf("--dynamic", program)
        for entry in ["NEEDED", "RPATH", "RUNPATH", "TEXTREL", "SONAME", "JMPREL"] {
            #expect(!dynamic.contains("(\(entry))"), "\(entry)")
        }
        #expect(try output(of: "nm", "-D", "--undefined-only", program.path).isEmpty)
    }

    @Test("Position independent", arguments: programs)
    func isPositionIndependent(program: Program) throws {
        #expect(try readelf("--file-header", program).contains(/Type: +DYN/))
        #expect(try readelf("--dynamic", program).contains(/\(FLAGS_1\).*PIE/))
    }

    @Test("Relocations are read-only after the start", arguments: programs)
    func relocationsAreReadOnly(program: Program) throws {
        #expect(try segments(of: program).contains { $0[0] == "GNU_RELRO" })
        #expect(try readelf("--dynamic", program).contains(/\(FLAGS\).*BIND_NOW/))
    }

    @Test("No memory is both writable and executable, the stack least of all", arguments: programs)
    func memory(program: Program) throws {
        let segments = try segments(of: program)
        let stack = try #require(segments.first { $0[0] == "GNU_STACK" })
        #expect(flags(stack) == "RW")
        #expect(segments.allSatisfy { !flags($0).contains("W") || !flags($0).contains("E") })
    }

    @Test("At most 1 MiB, without symbols", arguments: programs)
    func size(program: Program) throws {
        #expect(try readFile(program.path).count <= 1 << 20)
        #expect(try !readelf("--section-headers", program).contains(".symtab"))
        #expect(try !readelf("--section-headers", program).contains(".debug_"))
    }

    @Test(
        "No trace of what obeys the environment, or of what the whole of librpm needs",
        arguments: programs)
    func strings(program: Program) throws {
        let strings = try output(of: "strings", "-n", "4", program.path)
        for text in [
            "SWIFT_", "swift-backtrace", "rpmrc", "macros", "sqlite", "Lua", "OpenSSL",
            "libcrypto", "nsswitch", "$ORIGIN", "gconv-modules", "locale-archive", "ld.so.cache",
            "/proc/self/exe", "/proc/self/maps",
        ] {
            #expect(!strings.contains(text), "\(text)")
        }
    }

    @Test(
        "No path of the folder in which they were built",
        .needs(.diglimctl, .emulator, .mkparserList, .rpmPlugin),
        arguments: programs + [.diglimctl, .emulator, .mkparserList, .rpmPlugin])
    func buildPath(program: Program) throws {
        let top = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        try #require(access("/\(top)/Package.swift", R_OK) == 0)
        #expect(try Data(readFile(program.path)).range(of: Data(top.utf8)) == nil)
    }

    /// The executables with their symbols, where the Makefile leaves them.
    private static let unstripped = (Program.folder ?? "") + "/../embedded/release"

    @Test(
        "No code that the program does not need",
        .enabled(
            if: access(unstripped, R_OK) == 0,
            "no executables with symbols beside DIGLIM_BIN, in ../embedded/release"),
        arguments: programs)
    func symbols(program: Program) throws {
        let symbols = try output(of: "nm", "\(Self.unstripped)/\(program.rawValue)")
            .split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        #expect(symbols.contains("headerImport") == (program == .parser))
        // The parser tells a service manager how it fares.
        let unwanted = [
            "EVP_", "OPENSSL_", "lua", "sqlite3", "dlopen", "dlsym", "getpw", "getgr", "popen",
            "execl", "fork", "connect", "pthread_create",
            // What glibc has of translations, character sets, locales and shared objects.
            "__dcigettext", "__gconv_", "iconv", "_nl_load_", "_nl_find_", "setlocale", "fopen",
            "_IO_fopen", "_IO_new_fopen", "_dl_map_object", "_dl_open", "_dl_load_cache_lookup",
            // The C++ runtime, which rpm 6 could bring along.
            "_ZSt", "_ZNSt", "_ZNKSt", "_ZTI", "__cxa_throw", "__gxx_personality",
        ]
        for prefix in unwanted + (program == .parser ? [] : ["socket"]) {
            #expect(symbols.filter { $0.hasPrefix(prefix) } == [])
        }
    }
}
