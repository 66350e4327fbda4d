import BlackBox
import Foundation
import Testing

/// The spec as Fedora and openSUSE read it, with stand-ins for macros of theirs.
@Suite(.needsInstalled("rpmspec", "rpmbuild"))
struct DistributionTests {
    /// A distribution, and what its macros are.
    private struct Distribution {
        /// The name of its file in `packaging/deps`.
        let name: String
        /// Macros, `NAME BODY` each; those of systemd tell what they were called with.
        let macros: [String]
        /// The lines of the scripts `%pre`, `%post`, `%preun`, `%postun` and `%posttrans` that come
        /// from these macros.
        let scripts: [String]
    }

    private static let service = "diglim-parser.service"
    private static let fedora = Distribution(
        name: "fedora",
        macros: [
            "fedora 42", "systemd_ordering OrderWithRequires: systemd",
            "systemd_post() echo post %*", "systemd_preun() echo preun %*",
            "systemd_postun_with_restart() echo restart %*",
        ],
        scripts: ["post", "preun", "restart"].map { "echo \($0) \(service)" })
    private static let suse = Distribution(
        name: "suse",
        macros: [
            "suse_version 1600", "service_add_pre() echo pre %*", "service_add_post() echo add %*",
            "service_del_preun() echo preun %*", "service_del_postun() echo del %*",
            "regenerate_initrd_post echo mark", "regenerate_initrd_posttrans echo regenerate",
        ],
        scripts: ["pre", "add", "preun", "del"].map { "echo \($0) \(service)" }
            + ["echo mark", "echo mark", "echo regenerate"])

    @Test("The scripts call what the distribution has for services", arguments: ["fedora", "suse"])
    func scripts(name: String) throws {
        let distribution = name == "suse" ? Self.suse : Self.fedora
        let spec = try output(
            of: "rpmspec",
            ["--parse", "--define", "_sourcedir \(packaging("."))"]
                + distribution.macros.flatMap { ["--define", $0] } + [SpecBuild.spec])
        let lines = spec.split(separator: "\n").map(String.init)
        let called = lines.filter { $0.hasPrefix("echo ") }
        #expect(called.sorted() == distribution.scripts.sorted())
        // The lists come before the service is started with the new parser.
        let start = try #require(lines.firstIndex(of: "%post"))
        let load = try #require(lines[start...].firstIndex { $0.contains("digest_list_add") })
        let service = try #require(lines[start...].firstIndex { $0.hasPrefix("echo ") })
        #expect(load < service)
    }

    @Test("It asks for what make asks for, but what only fetches", arguments: ["fedora", "suse"])
    func buildRequirements(name: String) throws {
        let distribution = name == "suse" ? Self.suse : Self.fedora
        let table = try readFile("\(WorkTree.path)/packaging/deps/\(name)")
        let group = String(decoding: table, as: UTF8.self).components(separatedBy: "## ")
            .first { $0.hasPrefix("build\n") }
        let needed = try #require(group).split(separator: "\n").dropFirst().compactMap {
            $0.split(whereSeparator: \.isWhitespace).first.map(String.init)
        }
        let required = try output(
            of: "rpmspec",
            ["-q", "--buildrequires", "--define", "_sourcedir \(packaging("."))"]
                + distribution.macros.flatMap { ["--define", $0] } + [SpecBuild.spec]
        ).split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
        let fetching: Set = ["cpio"]
        #expect(
            Set(required)
                == Set(needed).subtracting(fetching)
                .union(["swift-lang", "systemd-rpm-macros"]))
    }

    @Test("It takes one source of rpm, as the guide says, whatever rpm is installed")
    func rpmSource() throws {
        let lines = try output(
            of: "rpmspec", "--parse", "--define", "_sourcedir \(packaging("."))", SpecBuild.spec
        ).split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let source = try #require(lines.first { $0.first == "Source1:" }?.last)
        let guide = String(
            decoding: try readFile("\(WorkTree.path)/docs/deployment.md"), as: UTF8.self)
        #expect(guide.contains(" \(source) "))
        #expect(lines.contains(["BuildRequires:", "rpm-devel"]))
        #expect(lines.contains(["ExclusiveArch:", "x86_64", "aarch64"]))
    }

    @Test(
        "On openSUSE the lists are there when they are taken away to be signed",
        .needs(.mkparserList), .needsStripping, .needsBuiltTree)
    func pesign() throws {
        let directory = try TemporaryDirectory()
        let scripts = try BuildRootScripts(in: directory)
        let copies = try directory.makeDirectory("copies")
        let build = try SpecBuild(
            macros: Self.suse.macros + ["__os_install_post \(scripts.suse)"],
            environment: ["PESIGN_COPIES": copies])
        let package = try ParserPackage(build.files[SpecBuild.parser] ?? "", in: directory)
        try SpecTests.check(package)
        let lists = try FileManager.default.contentsOfDirectory(atPath: package.listPath)
        #expect(lists.count == 4)
        for list in lists {
            #expect(
                try readFile("\(copies)/etc/digest_lists/\(list)")
                    == readFile("\(package.listPath)/\(list)"))
        }
        let files = try build.query("diglim-rpm-macros", "-l")
        #expect(files.contains("/brp-suse.d/brp-98-diglim-parser-list\n"))
    }
}
