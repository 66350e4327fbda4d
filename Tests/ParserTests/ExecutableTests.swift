import BlackBox
import Foundation
import Testing

/// What the executable is made of.
@Suite(.needs(.parser))
struct ExecutableTests {
    private func readelf(_ option: String) throws -> String {
        try output(of: "readelf", "-W", option, Program.parser.path)
    }

    private func segments() throws -> [[Substring]] {
        try readelf("--program-headers").split(separator: "\n")
            .map { $0.split(separator: " ") }
            .filter { $0.count >= 7 && $0[1].hasPrefix("0x") }
    }

    /// The flags of a segment: all between its sizes and its alignment.
    private func flags(_ segment: [Substring]) -> String {
        segment.dropFirst(6).dropLast().joined()
    }

    @Test("Static: no interpreter, no library, nothing left to be found at run time")
    func isStatic() throws {
        #expect(try !segments().contains { $0[0] == "INTERP" })
        let dynamic = try readelf("--dynamic")
        for entry in ["NEEDED", "RPATH", "RUNPATH", "TEXTREL", "SONAME", "JMPREL"] {
            #expect(!dynamic.contains("(\(entry))"), "\(entry)")
        }
        #expect(try output(of: "nm", "-D", "--undefined-only", Program.parser.path).isEmpty)
    }

    @Test("Position independent")
    func isPositionIndependent() throws {
        #expect(try readelf("--file-header").contains(/Type: +DYN/))
        #expect(try readelf("--dynamic").contains(/\(FLAGS_1\).*PIE/))
    }

    @Test("Relocations are read-only after the start")
    func relocationsAreReadOnly() throws {
        #expect(try segments().contains { $0[0] == "GNU_RELRO" })
        #expect(try readelf("--dynamic").contains(/\(FLAGS\).*BIND_NOW/))
    }

    @Test("No memory is both writable and executable, the stack least of all")
    func memory() throws {
        let segments = try segments()
        let stack = try #require(segments.first { $0[0] == "GNU_STACK" })
        #expect(flags(stack) == "RW")
        #expect(segments.allSatisfy { !flags($0).contains("W") || !flags($0).contains("E") })
    }

    @Test("At most 1 MiB, without symbols")
    func size() throws {
        #expect(try readFile(Program.parser.path).count <= 1 << 20)
        #expect(try !readelf("--section-headers").contains(".symtab"))
        #expect(try !readelf("--section-headers").contains(".debug_"))
    }

    @Test("No trace of what obeys the environment, or of what the whole of librpm needs")
    func strings() throws {
        let strings = try output(of: "strings", "-n", "4", Program.parser.path)
        for text in [
            "SWIFT_", "swift-backtrace", "rpmrc", "macros", "sqlite", "Lua", "OpenSSL",
            "libcrypto", "nsswitch", "$ORIGIN",
        ] {
            #expect(!strings.contains(text), "\(text)")
        }
    }

    /// The executable with its symbols, where the Makefile leaves it.
    private static let unstripped =
        (Program.folder ?? "") + "/../embedded/release/rpm_parser"

    @Test(
        "No code that the program does not need",
        .enabled(
            if: access(unstripped, R_OK) == 0,
            "no executable with symbols beside DIGLIM_BIN, in ../embedded/release"))
    func symbols() throws {
        let symbols = try output(of: "nm", Self.unstripped).split(separator: "\n")
            .compactMap { $0.split(separator: " ").last.map(String.init) }
        #expect(symbols.contains("headerImport"))
        for unwanted in [
            "EVP_", "OPENSSL_", "lua", "sqlite3", "dlopen", "dlsym", "getpw", "getgr", "popen",
            "execv", "execl", "fork", "socket", "connect", "pthread_create",
        ] {
            #expect(symbols.filter { $0.hasPrefix(unwanted) } == [])
        }
    }
}
