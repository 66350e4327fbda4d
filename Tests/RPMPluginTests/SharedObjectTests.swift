import BlackBox
import Foundation
import Testing

/// What the plugin is made of.
@Suite(.needs(.rpmPlugin))
struct SharedObjectTests {
    private func readelf(_ option: String) throws -> String {
        try output(of: "readelf", "-W", option, Program.rpmPlugin.path)
    }

    @Test("Of libraries it needs the C library's and rpm's own, and no path to find them")
    func libraries() throws {
        let dynamic = try readelf("--dynamic")
        let needed = dynamic.matches(of: /\(NEEDED\).*\[([a-z]+)\.so/).map { String($0.1) }
        #expect(Set(needed) == ["libc", "librpm", "librpmio"])
        for entry in ["RPATH", "RUNPATH", "TEXTREL"] { #expect(!dynamic.contains("(\(entry))")) }
    }

    @Test("It offers rpm the table of hooks, and nothing else")
    func symbols() throws {
        let lines = try output(of: "nm", "-D", "--defined-only", Program.rpmPlugin.path)
            .split(separator: "\n")
        #expect(lines.map { $0.split(separator: " ").last } == ["diglim_hooks"])
    }

    @Test("It asks for no symbol of the Swift runtime")
    func runtime() throws {
        let wanted = try output(of: "nm", "-D", "--undefined-only", Program.rpmPlugin.path)
        #expect(!wanted.contains("swift"))
        #expect(wanted.contains("rpmlog"))
    }

    @Test("Relocations are read-only after the start, the stack is not executable")
    func hardening() throws {
        #expect(try readelf("--dynamic").contains(/\(FLAGS\).*BIND_NOW/))
        let segments = try readelf("--program-headers").split(separator: "\n")
            .map { $0.split(separator: " ") }
        #expect(segments.contains { $0.first == "GNU_RELRO" })
        let stack = try #require(segments.first { $0.first == "GNU_STACK" })
        #expect(!stack.dropFirst(6).dropLast().joined().contains("E"))
    }

    @Test("The table of hooks has empty places for those of later versions of rpm")
    func table() throws {
        let line = try #require(
            try readelf("--dyn-syms").split(separator: "\n")
                .first { $0.hasSuffix(" diglim_hooks") })
        let size = try #require(line.split(separator: " ").dropFirst(2).first.flatMap { Int($0) })
        #expect(size >= (14 + 8) * MemoryLayout<UnsafeRawPointer>.size)
    }
}
