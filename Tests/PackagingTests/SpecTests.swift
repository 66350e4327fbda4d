import BlackBox
import Foundation
import Testing

/// What is in the packages that the spec makes.
@Suite(.needs(.mkparserList, .diglimctl), .needsStripping, .needsBuiltTree)
struct SpecTests {
    private let build: SpecBuild

    init() throws { build = try SpecBuild.packages.get() }

    @Test("There are all packages, of the version that the programs print")
    func packages() throws {
        #expect(build.files.keys.sorted() == SpecBuild.names.sorted())
        // Of what is built here already.
        #expect(!build.log.contains("swift build"))
        let printed = try output(of: Program.mkparserList.path, "--version")
        #expect(try printed.split(separator: " ").last?.dropLast() ?? "" == SpecBuild.version.get())
        for name in SpecBuild.names {
            #expect(try build.query(name, "--qf", "%{license}") == "GPL-2.0-or-later")
            #expect(
                try build.query(name, "--licensefiles")
                    .split(separator: "\n").map { $0.split(separator: "/").last } == ["COPYING"])
        }
    }

    @Test("They have what make install installs, with the same modes, each file once")
    func files() throws {
        let directory = try TemporaryDirectory()
        try WorkTree.install(in: directory.path, "ZSHDIR=/usr/share/zsh/site-functions")
        let installed = try output(
            of: "find", directory.path, "-type", "f", "-printf", "/%P %#m\n"
        ).split(separator: "\n").map { Self.asPackaged(String($0)) }
        let packaged = try SpecBuild.names.flatMap { name in
            try build.query(name, "--qf", "[%{filenames} %{filemodes:octal} %{fileflags}\n]")
                .split(separator: "\n").compactMap { Self.file($0) }
        }
        func isDocument(_ file: String) -> Bool { file.contains("/doc/") }
        #expect(packaged.sorted() == installed.filter { !isDocument($0) }.sorted())
        #expect(packaged.count > 20)
    }

    /// A regular file's path and permissions, other than documentation, licences and what rpm adds.
    ///
    /// - Parameter line: Its path, mode and flags.
    private static func file(_ line: Substring) -> String? {
        let fields = line.split(separator: " ")
        guard fields.count == 3, let mode = Int(fields[1], radix: 8), mode >> 12 == 0o10 else {
            return nil
        }
        let added = ["/doc/", "/licenses/", "/.build-id/"]
        guard !added.contains(where: fields[0].contains) else { return nil }
        // brp-compress, where there is one, packs manual pages.
        let path = fields[0].hasSuffix(".gz") ? fields[0].dropLast(3) : fields[0]
        return asPackaged("\(path) 0\(String(mode & 0o7777, radix: 8))")
    }

    /// A file without what rpm may change of it.
    private static func asPackaged(_ file: String) -> String {
        // brp-elfperms says that nobody executes shared objects.
        file.hasSuffix(".so 0755") ? String(file.dropLast(3)) + "644" : file
    }

    @Test("All files are root's; lists are no configuration files")
    func ownersAndFlags() throws {
        for name in SpecBuild.names {
            let owners = try build.query(name, "--qf", "[%{fileusername}:%{filegroupname}\n]")
            #expect(Set(owners.split(separator: "\n")) == ["root:root"])
            #expect(try build.query(name, "--configfiles") == "")
        }
        let directories = try build.query(
            SpecBuild.parser, "--qf", "[%{filenames} %{filemodes:octal}\n]")
        for directory in ["/etc/digest_lists", "/usr/libexec/diglim"] {
            #expect("\n\(directories)".contains("\n\(directory) 40755\n"))
        }
    }

    @Test("Each package needs those of the same build that it cannot do without")
    func requirements() throws {
        let release = "= \(try SpecBuild.version.get())-1"
        let needed = [
            "diglim-enforcer": SpecBuild.parser, "diglim-rpm-macros": "diglim-tools",
            "rpm-plugin-diglim": SpecBuild.parser,
        ]
        for name in SpecBuild.names {
            let own = try build.query(name, "--requires").split(separator: "\n")
                .filter { line in SpecBuild.names.contains { line.hasPrefix($0) } }
            #expect(own.map(String.init) == (needed[name].map { ["\($0) \(release)"] } ?? []))
        }
        // Nothing but what interprets its scripts.
        let libraries = try build.query(SpecBuild.parser, "--requires")
        #expect(!libraries.contains(".so"))
    }

    @Test("The programs' lists are those of the packaged programs")
    func lists() throws {
        let package = try ParserPackage(
            build.files[SpecBuild.parser] ?? "", in: TemporaryDirectory())
        try Self.check(package)
        try output(
            of: Program.mkparserList.path, "--verify", "--output", package.listPath,
            "\(package.root)/usr/libexec/diglim/rpm_parser")
        #expect(build.log.contains("warning: the parser's digest lists are NOT SIGNED"))
    }

    @Test("Signed in the build")
    func signed() throws {
        let key = try X509Key(.rsa2048)
        let build = try SpecBuild(
            macros: [
                "diglim_sign_key \(key.keyPath)",
                "diglim_sign_certificate \(key.certificatePath)",
            ])
        let package = try ParserPackage(
            build.files[SpecBuild.parser] ?? "", in: TemporaryDirectory())
        try Self.check(package)
        let lists = try FileManager.default.contentsOfDirectory(atPath: package.listPath)
        #expect(lists.count == 4)
        try output(
            of: Program.diglimctl.path,
            ["verify", "--certificate", key.certificatePath]
                + lists.map { "\(package.listPath)/\($0)" })
    }

    /// Whether each list has the one digest of its program.
    static func check(_ package: ParserPackage) throws {
        let lists: [(String, String, UInt16)] = [
            ("parser", "rpm_parser", 0), ("file", "rpm_parser", 1),
            ("file", "upload_digest_lists", 1), ("file", "watch_digest_lists", 1),
        ]
        for (kind, program, type) in lists {
            let digest = sha256(try readFile("\(package.root)/usr/libexec/diglim/\(program)"))
            #expect(
                try package.list("0-\(kind)_list-compact-\(program)").blocks == [
                    ListBlock(type: type, modifiers: 1, [bytes(hexadecimal: digest)])
                ])
        }
    }
}
