import BlackBox
import Foundation
import Testing

/// Which executables are refused, and of which there is a warning.
@Suite(.needs(.mkparserList))
struct FitnessTests {
    private let input: TemporaryDirectory
    private let output: TemporaryDirectory

    init() throws {
        input = try TemporaryDirectory()
        output = try TemporaryDirectory()
    }

    /// Why an executable may be refused.
    enum Reason: String, CaseIterable {
        case name = "the name is not FORMAT_parser"
        case permission = "nobody may execute it"
        case writable = "writable by others"
        case notELF = "not an executable: no ELF file"
        case script = "not an executable: a script"
        case library = "not an executable: a shared library or an object file"
        case interpreter = "has an interpreter"
        case libraries = "needs shared libraries"
        case stack = "has an executable stack"
        case code = "has memory that is writable and executable"
    }

    /// Expects an executable to be refused, and to be taken with a warning with `--force`.
    private func expect(_ reasons: [Reason], of path: String) throws {
        for name in try output.names() { try output.remove(name) }
        let outcome = try MkparserList.run("--output", output.path, path)
        #expect(outcome.status == (reasons.isEmpty ? 0 : 1), "\(outcome.errors)")
        for reason in Reason.allCases {
            let isTold =
                outcome.errors.contains(": \(path): \(reason.rawValue)")
                || outcome.errors.contains(": \(path): not an executable: \(reason.rawValue)")
            #expect(isTold == reasons.contains(reason), "\(reason): \(outcome.errors)")
        }
        guard !reasons.isEmpty else { return }
        #expect(outcome.errorLines.count { $0.contains(path) } == reasons.count)
        #expect(outcome.errorLines.last == "diglim-mkparser-list: nothing has been written")
        #expect(try output.names().isEmpty)

        let forced = try MkparserList.run("--output", output.path, "--force", path)
        #expect(forced.status == 0, "\(forced.errors)")
        #expect(forced.errorLines.count { $0.contains(": warning: ") } == reasons.count)
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        let lists = MkparserList.lists(digest: sha256(try readFile(path)))
        for (list, bytes) in zip(MkparserList.listNames(name), lists) {
            #expect(try output.bytes(of: list) == bytes)
        }
    }

    @Test(arguments: [
        ("parser", [Reason.name]), ("_parser", [.name]), ("rpm_parser.bin", [.name]),
        ("rpm-parser", [.name]), ("rpm_parser", []), ("a_parser", []),
    ])
    func names(_ name: String, _ reasons: [Reason]) throws {
        try expect(reasons, of: input.writeExecutable(ELFBuilder().bytes, to: name))
    }

    @Test(
        arguments: [
            (0o755, []), (0o700, []), (0o555, []), (0o711, []),
            (0o644, [Reason.permission]), (0o600, [.permission]),
            (0o775, [.writable]), (0o757, [.writable]), (0o720, [.writable]), (0o702, [.writable]),
            (0o666, [.permission, .writable]), (0o4755, []),
        ] as [(mode_t, [Reason])])
    func permissions(_ mode: mode_t, _ reasons: [Reason]) throws {
        try expect(reasons, of: input.writeExecutable(ELFBuilder().bytes, mode: mode))
    }

    /// Only root can read what its owner may not.
    @Test(.needsRoot) func executableForOthersAlone() throws {
        try expect([], of: input.writeExecutable(ELFBuilder().bytes, mode: 0o001))
    }

    @Test func whatIsNoExecutable() throws {
        try expect([.notELF], of: input.writeExecutable([]))
        try expect([.notELF], of: input.writeExecutable([0x7f]))
        try expect([.notELF], of: input.writeExecutable(Array("MZ\u{90}".utf8)))
        try expect([.notELF], of: input.writeExecutable(Array("!<arch>\n".utf8)))
        try expect([.script], of: input.writeExecutable(Array("#!/bin/sh\n".utf8)))
    }

    /// Both classes, both byte orders.
    @Test(arguments: [(true, false), (true, true), (false, false), (false, true)])
    func everyKindOfELF(_ is64: Bool, _ isBigEndian: Bool) throws {
        func path(_ change: (inout ELFBuilder) -> Void) throws -> String {
            var builder = ELFBuilder(is64: is64, isBigEndian: isBigEndian)
            change(&builder)
            return try input.writeExecutable(builder.bytes)
        }
        try expect([], of: path { _ in })
        try expect(
            [],
            of: path {
                $0.type = ELFBuilder.sharedObject
                $0.segments = [$0.dynamic([ELFBuilder.isExecutable])]
            })
        try expect([.interpreter], of: path { $0.segments = [ELFBuilder.interpreter] })
        try expect(
            [.libraries], of: path { $0.segments = [$0.dynamic([ELFBuilder.needed])] })
        try expect(
            [.interpreter, .libraries],
            of: path {
                $0.type = ELFBuilder.sharedObject
                let dynamic = $0.dynamic([ELFBuilder.needed, ELFBuilder.isExecutable])
                $0.segments = [ELFBuilder.interpreter, dynamic]
            })
        // A shared library with an entry point, and one without; object file and core dump.
        try expect([.library], of: path { $0.type = ELFBuilder.sharedObject })
        try expect([.library], of: path { $0.entry = 0 })
        for type in [0, 1, 4] as [UInt16] { try expect([.library], of: path { $0.type = type }) }
        for flags in [7, 5, 1, nil] as [UInt32?] {
            try expect([.stack], of: path { $0.stackFlags = flags })
        }
        try expect([], of: path { $0.stackFlags = 0 })
        // One of several is enough.
        let stack = ELFBuilder.Segment(type: 0x6474_e551, data: [], flags: 7)
        try expect([.stack], of: path { $0.segments = [stack] })
        for flags in [7, 3] as [UInt32] {
            try expect([.code], of: path { $0.codeFlags = flags })
            let more = ELFBuilder.Segment(type: 1, data: [1], flags: flags)
            try expect([.code, .stack], of: path { ($0.segments, $0.stackFlags) = ([more], nil) })
        }
        for flags in [0, 1, 2, 4, 5, 6] as [UInt32] {
            try expect([], of: path { $0.codeFlags = flags })
        }
        // What follows the end of the entries is none.
        try expect(
            [], of: path { $0.segments = [$0.dynamic([(0, 0), ELFBuilder.needed])] })
    }

    @Test(arguments: [
        ([".text", ".symtab"], true), ([".debug_info"], true), ([".zdebug_line"], true),
        ([".text", ".gnu_debuglink", ".gnu_debugdata", ".dynsym", ".debug", "debug_info"], false),
        ([], false),
    ])
    func whatCanBeStripped(_ sections: [String], _ isTold: Bool) throws {
        var builder = ELFBuilder()
        builder.sections = sections
        let path = try input.writeExecutable(builder.bytes)
        let outcome = try MkparserList.run("--output", output.path, path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let warning = ": \(path): warning: has symbols or debug information"
        #expect(outcome.errors.contains(warning) == isTold)
        #expect(try output.names().count == 2)
    }

    @Test func belowTheBuildDirectory() throws {
        let build = try input.makeDirectory("BUILD")
        let root = try input.makeDirectory("BUILD/x/BUILDROOT")
        let environment = ["RPM_BUILD_DIR": build, "RPM_BUILD_ROOT": root]
        symlink(build, input.path("link"))
        let places = [
            ("BUILD", true), ("BUILD/x", true), ("link/x", true), ("BUILD/x/BUILDROOT", false),
            ("link/x/BUILDROOT", false), (".", false), ("BUILD2", false),
        ]
        _ = try input.makeDirectory("BUILD2")
        for (place, isTold) in places {
            let path = try input.writeExecutable(ELFBuilder().bytes, to: "\(place)/test_parser")
            let outcome = try MkparserList.run(
                ["--output", output.path, path], environment: environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let isWarned = outcome.errors.contains(": \(path): warning: below $RPM_BUILD_DIR")
            #expect(isWarned == isTold, "\(place)")
        }
        let path = input.path("BUILD/test_parser")
        for variables in [["RPM_BUILD_DIR": ""], ["RPM_BUILD_DIR": input.path("missing")], [:]] {
            let outcome = try MkparserList.run(
                ["--output", output.path, path], environment: variables)
            #expect(!outcome.errors.contains("warning"))
        }
    }

    /// What compilers and linkers really make.
    @Test(
        .needsCompiler,
        arguments: [
            (["-static"], []), (["-static-pie"], []), ([], [.interpreter, .libraries]),
            (["-no-pie"], [.interpreter, .libraries]), (["-shared", "-fPIC"], [.library]),
            (["-no-pie", "-Wl,--no-dynamic-linker"], [.libraries]), (["-c"], [.library]),
            (["-static", "-z", "execstack"], [.stack]),
            (["-static-pie", "-z", "execstack"], [.stack]),
            (["-static", "-nostdlib", "-Wl,--omagic,-e,main"], [.code]),
            (["-static", "-nostdlib", "-Wl,--omagic,-e,main,-z,execstack"], [.stack, .code]),
        ] as [([String], [Reason])])
    func compiled(_ options: [String], _ reasons: [Reason]) throws {
        let source = try input.write("int main(void) { return 0; }\n", to: "main.c")
        let path = input.path("test_parser")
        for debug in [[], ["-g"]] {
            try BlackBox.output(of: "cc", options + debug + ["-o", path, source])
            chmod(path, 0o755)
            let outcome = try MkparserList.run("--output", output.path, path)
            #expect(outcome.status == (reasons.isEmpty ? 0 : 1))
            #expect(outcome.errors.contains("warning: has symbols or debug information"))
        }
        try BlackBox.output(of: "strip", path)
        try expect(reasons, of: path)
    }

    /// One that is not fit keeps all lists from being written, and every one is told.
    @Test func allOrNothing() throws {
        let good = try input.writeExecutable(ELFBuilder().bytes, to: "good_parser")
        let script = try input.writeExecutable(Array("#!/bin/sh\n".utf8), to: "script_parser")
        let missing = input.path("missing_parser")
        let outcome = try MkparserList.run("--output", output.path, good, script, missing, good)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 3)
        #expect(try output.names().isEmpty)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where no static executables can be compiled.
    static var needsCompiler: Self {
        .enabled(if: canCompile, "no C compiler here, or no static C library")
    }
}

private let canCompile: Bool = {
    let command = "echo 'int main(void) { return 0; }' | cc -static -x c -o /dev/null -"
    return (try? runProgram("sh", ["-c", command]))?.status == 0
}()
