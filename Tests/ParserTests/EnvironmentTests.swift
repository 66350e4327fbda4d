import BlackBox
import Foundation
import Testing

/// Nothing of the environment reaches the programs that the kernel starts.
@Suite(.needs(.parser, .uploader, .emulator), .needsTracing)
struct EnvironmentTests {
    /// What glibc, its loader and its tools obey or did once, and what Swift, librpm and others
    /// do.
    private static let variables = """
        GCONV_PATH=/etc GETCONF_DIR=/etc GMON_OUT_PREFIX=/etc/gmon LIBC_FATAL_STDERR_=1
        MSGVERB=text SEV_LEVEL=note,5,NOTE DATEMSK=/etc/hostname TZ=:/etc/localtime TZDIR=/etc

        LD_AOUT_LIBRARY_PATH=/etc LD_ASSUME_KERNEL=2.4.0 LD_AUDIT=/etc/audit.so LD_BIND_NOT=1
        LD_BIND_NOW=1 LD_CONFIG=/etc/ld.so.conf LD_DEBUG=all LD_DEBUG_OUTPUT=/dev/stdout
        LD_DYNAMIC_WEAK=1 LD_HWCAP_MASK=0 LD_LIBRARY_PATH=/etc LD_ORIGIN_PATH=/etc
        LD_POINTER_GUARD=0 LD_PREFER_MAP_32BIT_EXEC=1 LD_PRELOAD=/etc/preload.so
        LD_PROFILE=libc.so.6 LD_PROFILE_OUTPUT=/etc LD_SHOW_AUXV=1 LD_TRACE_LOADED_OBJECTS=1
        LD_TRACE_PRELINKING=1 LD_USE_LOAD_BIAS=1 LD_VERBOSE=1 LD_WARN=1 LDD_ARGV0=ldd

        MALLOC_ARENA_MAX=1 MALLOC_ARENA_TEST=1 MALLOC_CHECK_=3 MALLOC_MMAP_MAX_=65536
        MALLOC_MMAP_THRESHOLD_=1 MALLOC_PERTURB_=85 MALLOC_TCACHE_COUNT=0 MALLOC_TOP_PAD_=1048576
        MALLOC_TRACE=/etc/trace MALLOC_TRIM_THRESHOLD_=1 MEMUSAGE_BUFFER_SIZE=1
        MEMUSAGE_NO_TIMER=1 MEMUSAGE_OUTPUT=/etc/usage MEMUSAGE_PROG_NAME=rpm_parser
        MEMUSAGE_TRACE_MMAP=1

        LANG=de_DE.UTF-8 LANGUAGE=de LC_ADDRESS=de_DE LC_ALL=de_DE.UTF-8 LC_COLLATE=de_DE
        LC_CTYPE=de_DE.UTF-8 LC_IDENTIFICATION=de_DE LC_MEASUREMENT=de_DE LC_MESSAGES=de_DE
        LC_MONETARY=de_DE LC_NAME=de_DE LC_NUMERIC=de_DE LC_PAPER=de_DE LC_TELEPHONE=de_DE
        LC_TIME=de_DE LOCPATH=/etc I18NPATH=/etc NLSPATH=/etc/%N CHARSET=UTF-16
        OUTPUT_CHARSET=UTF-16 TEXTDOMAIN=libc TEXTDOMAINDIR=/etc

        HOSTALIASES=/etc/hosts LOCALDOMAIN=example.org NIS_DEFAULTS=ttl=1 NIS_GROUP=wheel
        NIS_PATH=/etc RESOLV_ADD_TRIM_DOMAINS=example.org RESOLV_HOST_CONF=/etc/host.conf
        RESOLV_MULTI=on RESOLV_OVERRIDE_TRIM_DOMAINS=example.org RESOLV_REORDER=on
        RESOLV_SERV_ORDER=hosts RESOLV_SPOOF_CHECK=warn RES_OPTIONS=debug

        PCPROFILE_OUTPUT=/etc/pc SEGFAULT_OUTPUT_NAME=/etc/segfault SEGFAULT_SIGNALS=all
        SEGFAULT_USE_ALTSTACK=1 SOTRUSS_EXIT=1 SOTRUSS_FROMLIST=/etc SOTRUSS_OUTNAME=/etc/so
        SOTRUSS_TOLIST=/etc SOTRUSS_WHICH=1

        COLUMNS=1 HOME=/etc IFS=/ LINES=1 LOGNAME=root OLDPWD=/etc PATH=/etc POSIX=1
        POSIXLY_CORRECT=1 PWD=/etc SHELL=/etc/shell TEMP=/etc TERM=dumb TMP=/etc TMPDIR=/etc
        USER=nobody _POSIX2_VERSION=199209

        DIGLIM=/etc JOURNAL_STREAM=8:1 RPM_CONFIGDIR=/etc SWIFT_BACKTRACE=enable=yes
        SWIFT_DEBUG_HELP=YES SWIFT_DETERMINISTIC_HASHING=1
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    /// Tunables of glibc that show: in what is opened, in how memory is had, in a start that fails,
    /// and in one that crashes.
    private static let tunables = [
        "glibc.malloc.hugetlb=1",
        "glibc.malloc.mmap_threshold=1:glibc.malloc.top_pad=1048576:glibc.malloc.arena_max=1"
            + ":glibc.malloc.perturb=85:glibc.malloc.tcache_count=0:glibc.pthread.rseq=0"
            + ":glibc.mem.tagging=3:glibc.cpu.hwcaps=-AVX2,-ERMS:glibc.cpu.x86_shstk=on"
            + ":glibc.rtld.nns=16:glibc.gmon.minarcs=50:glibc.mem.decorate_maps=1",
        "glibc.rtld.optional_static_tls=1000000000000",
        "glibc.rtld.optional_static_tls=18446744073709549568",
    ].map { "GLIBC_TUNABLES=\($0)" }

    /// How a program ends and what it asks of the kernel, without what differs from run to run.
    private func run(
        _ program: Program, _ operation: [String], with environment: [String]
    ) throws -> [String] {
        let lists = try TemporaryDirectory()
        for (seed, name) in ["a", "b", "c"].enumerated() {
            try lists.write(.package(seed), to: listName(name))
        }
        try lists.write("", to: "0-file_list-compact-bad")
        let emulator = try MountedEmulator()
        var command = Command(
            program.path, operation + ["--interface", emulator.directory, lists.path])
        command.environment = environment
        let (outcome, calls) = try trace(command)
        let lines = calls.dropFirst().map { call in
            let path = call.arguments.firstMatch(of: /"[^"]*"/).map { String($0.output) }
            let isOpen = call.openedPath != nil || call.name == "newfstatat"
            return isOpen ? "\(call.name) \(path ?? "")" : call.name
        }
        return (lines + ["\(outcome.status)", outcome.output, outcome.errors]).map {
            $0.replacing(emulator.directory, with: "INTERFACE")
                .replacing(lists.path, with: "LISTS")
        }
    }

    @Test(
        "What a program asks of the kernel is the same with a hundred variables as with none",
        // Nothing whose turns at the interface depend on the time.
        arguments: [(Program.parser, ["add", "--dry-run"]), (.uploader, ["add-compact"])],
        [[]] + tunables.map { [$0] })
    func environment(program: (Program, operation: [String]), tunables: [String]) throws {
        let plain = try run(program.0, program.operation, with: [])
        #expect(plain.contains("exit_group"))
        #expect(plain.contains { $0.contains("LISTS") })
        #expect(Self.variables.count >= 100)
        for variables in [tunables, Self.variables + tunables] {
            #expect(try run(program.0, program.operation, with: variables) == plain)
        }
    }

    @Test(
        "All else that the kernel hands to a program arrives",
        arguments: [("start_empty", false), ("start_service", true)], ["-O0", "-O3"])
    func entry(entry: (symbol: String, keepsService: Bool), optimization: String) throws {
        let directory = try TemporaryDirectory()
        let scripts = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../scripts")
            .standardized.path
        let source = Bundle.module.path(forResource: "surroundings", ofType: "c") ?? ""
        try output(
            of: "cc", "-static-pie", "-fPIE", optimization, "-fno-stack-protector",
            "-Wl,-e,\(entry.symbol)", "-o", directory.path("program"),
            "\(scripts)/start.c", source)
        let kept = ["NOTIFY_SOCKET=@a", "WATCHDOG_PID=1", "WATCHDOG_USEC=", "WATCHDOG_USEC=2"]
        let others = [
            "A=NOTIFY_SOCKET=", "NOTIFY_SOCKET", "NOTIFY_SOCKETS=", "NOTIFY_SOCKE=", "=", "",
            "GLIBC_TUNABLES=glibc.rtld.optional_static_tls=18446744073709549568",
        ]
        // The vector moves by any number of words, one to begin with.
        for count in 0...others.count {
            for variables in [[], kept] {
                let half = variables.count / 2
                var command = Command(directory.path("program"), ["a", "", "b"])
                command.environment = Array(
                    [others[..<count], variables[..<half], ["Z="], variables[half...]].joined())
                let expected = entry.keepsService ? variables : []
                #expect(
                    try command.run().output.split(separator: "\n").map(String.init)
                        == ["argument a", "argument ", "argument b"]
                        + expected.map { "variable \($0)" } + ["end"])
            }
        }
    }
}
