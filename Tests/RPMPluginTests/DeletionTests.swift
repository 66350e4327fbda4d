import BlackBox
import Foundation
import Testing

/// What is removed in a transaction is deleted from the kernel at its end.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator))
struct DeletionTests {
    private let system: ScratchSystem
    private let names = ["alpha", "beta", "gamma"]

    init() throws { system = try ScratchSystem() }

    /// What the parser has been run for: its operation and the paths.
    private var runs: [[Substring]] {
        get throws {
            String(decoding: try readFile(system.directory.path("runs")), as: UTF8.self)
                .split(separator: "\n").map { line in
                    let words = line.split(separator: " ")
                    return words.drop { !["add", "del", "sync"].contains($0) }
                        .filter { $0 != "--" }
                }
        }
    }

    /// Has a script write down how the parser is run.
    ///
    /// - Parameter script: What the script does before it becomes the parser.
    private func recordRuns(_ script: String = "") throws {
        let parser = try system.directory.write(
            """
            #!/bin/sh
            echo "$@" >>\(system.directory.path("runs"))
            \(script)
            exec \(Program.parser.path) "$@"
            """, to: "parser")
        chmod(parser, 0o755)
        system.macros["_digest_list_parser"] = parser
    }

    private func paths(_ packages: [BuiltPackage]) -> [String] {
        packages.map { "\(system.directory.path("lists"))/\($0.listName)" }.sorted()
    }

    private func rpm(_ arguments: [String]) throws -> Outcome {
        try system.command(["--dbpath", system.directory.path("db")] + arguments).run()
    }

    @Test("One run for all that is removed, and for all that could not be installed")
    func oneRun() throws {
        let old = try names.map { try system.package($0) }
        let new = try names.map { try system.package($0, version: "2") }
        let failing = try ["x", "y"].map { try system.package($0, scriptlets: "%pre\nexit 1") }
        _ = try rpm(["-i"] + old.map(\.path))
        try recordRuns()
        #expect(try rpm(["-U"] + (new + failing).map(\.path)).warnings == [])
        var deletions = try runs.filter { $0.first == "del" }
        #expect(deletions.count == 1)
        #expect(
            deletions.first?.dropFirst().map { String($0) }.sorted() == paths(old + failing))
        #expect(try runs.filter { $0.first == "add" }.count == new.count + failing.count)
        #expect(try runs.last?.first == "del")
        try system.expect(new[0], new[1], new[2])
        #expect(try rpm(["-e"] + names).warnings == [])
        deletions = try runs.filter { $0.first == "del" }
        #expect(deletions.count == 2)
        #expect(deletions.last?.dropFirst().map { String($0) }.sorted() == paths(new))
        try system.expect()
    }

    @Test("What is installed anew is uploaded in one run")
    func installedAnew() throws {
        let packages = try names.map { try system.package($0) }
        _ = try rpm(["-i"] + packages.map(\.path))
        try recordRuns()
        #expect(try rpm(["-U", "--replacepkgs"] + packages.map(\.path)).warnings == [])
        #expect(try runs.filter { $0.first == "del" }.isEmpty)
        #expect(try runs.count == packages.count + 1)
        #expect(try runs.last?.dropFirst().map { String($0) }.sorted() == paths(packages))
        try system.expect(packages[0], packages[1], packages[2])
    }

    @Test("All lists are loaded and in the directory until the last script, also for the service")
    func scripts() throws {
        let kernel = system.emulator.directory
        let packages = try names.map {
            try system.package(
                $0,
                scriptlets: """
                    %postun
                    \(Program.parser.path) --quiet --interface \(kernel) sync \
                    \(system.directory.path("lists"))
                    ls \(kernel)/digest_lists_loaded >>\(system.files)/seen-\($0)
                    """)
        }
        _ = try rpm(["-i"] + packages.map(\.path))
        #expect(try rpm(["-e"] + names).warnings == [])
        for name in names {
            let seen = String(
                decoding: try readFile("\(system.files)/seen-\(name)"), as: UTF8.self)
            for package in packages { #expect(seen.contains(package.listName)) }
        }
        try system.expect()
    }

    @Test("More paths than one run gets")
    func manyPaths() throws {
        // Nearly as long as a path can be; 40 of them do not fit into one run.
        var folder = system.directory.path("lists")
        while folder.utf8.count < 3_800 { folder += "/" + String(repeating: "d", count: 200) }
        system.macros["_digest_list_dir"] = folder
        let packages = try (1...40).map {
            try BuiltPackage(
                "p\($0)", in: system.directory, script: "mkdir -p ./usr; echo \($0) >./usr/p\($0)",
                files: "/usr/p\($0)")
        }
        #expect(try rpm(["-i", "--justdb"] + packages.map(\.path)).warnings == [])
        #expect(try system.emulator.loadedLabels() == packages.map(\.listName).sorted())
        try recordRuns()
        #expect(try rpm(["-e", "--justdb"] + (1...40).map { "p\($0)" }).warnings == [])
        let deletions = try runs.filter { $0.first == "del" }
        #expect(deletions.count == 2)
        #expect(
            deletions.flatMap { $0.dropFirst() }.map { String($0) }.sorted()
                == packages.map { "\(folder)/\($0.listName)" }.sorted())
        #expect(try system.emulator.loadedLabels() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    /// When rpm is killed.
    enum Moment: CaseIterable {
        case script, deletion
    }

    @Test(
        "rpm is killed before the end: the next transaction, or sync, does the rest",
        arguments: Moment.allCases, [false, true])
    func killed(moment: Moment, syncs: Bool) throws {
        let next = try system.package("next")
        // Packages are removed in an order of rpm's own.
        let packages = try names.map {
            try system.package(
                $0,
                scriptlets: moment == .script
                    ? "%postun\nmkdir \(system.files)/once || kill -9 $PPID" : "")
        }
        _ = try rpm(["-i", next.path] + packages.map(\.path))
        let all = try system.emulator.loadedLabels()
        #expect(all.count == 4)
        if moment == .deletion {
            try recordRuns("case \"$*\" in *del*) kill -9 $PPID; exit;; esac")
        }
        #expect(try rpm(["-e"] + names).status == -SIGKILL)
        #expect(try system.emulator.loadedLabels() == all)
        system.macros["_digest_list_parser"] = Program.parser.path
        if syncs {
            try output(
                of: Program.parser.path, "--interface", system.emulator.directory, "sync",
                system.directory.path("lists"))
            // The files go at the end, before what is loaded.
            #expect(
                try system.emulator.loadedLabels() == (moment == .script ? all : [next.listName]))
        }
        #expect(try system.rpm("-U", "--replacepkgs", next.path).warnings == [])
        #expect(try system.lists == system.installed())
        #expect(try system.emulator.loadedLabels() == system.installed())
        _ = try rpm(["-e", "--noscripts"] + system.installed().map { String($0.dropFirst(16)) })
        try system.expect()
    }
}
