import BlackBox
import Foundation
import Testing

/// What gets into an initial ram disk.
@Suite(.needs(.parser, .uploader, .watcher), .needsDracut, .needsRoot, .needsMounts)
struct ImageTests {
    private let root: ImageRoot

    init() throws {
        root = try ImageRoot()
        for name in [".immutable", "0-file_list-rpm-a", "7-metadata_list-deb-a b", "notes"] {
            try root.addList(name)
        }
    }

    private let lists = [
        ".immutable", "0-file_list-compact-rpm_parser", "0-file_list-compact-upload_digest_lists",
        "0-file_list-compact-watch_digest_lists", "0-file_list-rpm-a",
        "0-parser_list-compact-rpm_parser", "7-metadata_list-deb-a b",
    ]
    private let programs = ["other_parser", "rpm_parser", "upload_digest_lists"]

    /// What has dracut strip as much as it can.
    private static let stripping = [
        "--strip", "--aggressive-strip", "--install", ImageRoot.other,
    ]

    /// Checks that all is in an image as it is installed.
    private func check(_ image: Image) throws {
        #expect(image.outcome.status == 0)
        #expect(image.names(in: ImageRoot.lists) == lists)
        #expect(image.names(in: ImageRoot.programs) == programs)
        let paths =
            lists.map { "\(ImageRoot.lists)/\($0)" }
            + programs.map { "\(ImageRoot.programs)/\($0)" }
        for path in paths {
            #expect(try image.bytes(of: path) == readFile(root.source(path)), "\(path)")
        }
        for program in programs {
            let path = "\(ImageRoot.programs)/\(program)"
            #expect(try image.permissions(of: path) == 0o755)
            // The other parser is there to be stripped.
            if program == "other_parser" { continue }
            let list = try image.bytes(of: "\(ImageRoot.lists)/0-file_list-compact-\(program)")
            let digests = try ListBlock.blocks(of: list).flatMap(\.digests).map(hexadecimal)
            #expect(try digests == [sha256(image.bytes(of: path))])
        }
    }

    @Test("Lists and programs, byte for byte, and nothing else of their directories")
    func complete() throws { try check(Image(of: root, ["--no-kernel"])) }

    @Test("Nothing is stripped, even where all says that it should be, nor anything else")
    func unstripped() throws {
        try root.directory.write(
            "do_strip=yes\naggressive_strip=yes\n", to: "etc/dracut.conf.d/strip.conf")
        let image = try Image(
            of: root, Self.stripping + ["--no-kernel", "--no-compress", "--modules", "base"])
        try check(image)
        #expect(
            try image.bytes(of: ImageRoot.other) == readFile(root.source(ImageRoot.other)))
    }

    @Test("Without the module dracut does strip programs")
    func control() throws {
        let image = try Image(
            of: root,
            Self.stripping + [
                "--no-kernel", "--no-compress", "--modules", "base", "--omit", "diglim",
            ])
        #expect(image.outcome.status == 0)
        #expect(image.names(in: ImageRoot.lists) == [])
        #expect(image.names(in: ImageRoot.programs) == [])
        #expect(
            try image.bytes(of: ImageRoot.other) != readFile(root.source(ImageRoot.other)))
    }

    @Test("As many lists as a whole installation has")
    func manyLists() throws {
        let names = (0..<2500).map { "\($0)-file_list-rpm-package" }
        for name in names { try root.addList(name, Array(name.utf8)) }
        let image = try Image(of: root, ["--no-kernel", "--no-compress", "--modules", "base"])
        #expect(image.outcome.status == 0)
        #expect(image.names(in: ImageRoot.lists).count == lists.count + names.count)
        for name in names {
            #expect(try image.bytes(of: "\(ImageRoot.lists)/\(name)") == Array(name.utf8))
        }
    }

    /// Options for an image that is soon made.
    private let small = ["--no-kernel", "--no-compress", "--modules", "base"]

    @Test("One list for the installation, and of packages only what came later")
    func combined() throws {
        let packages = ["0-file_list-rpm-a", "0-file_list-rpm-b"]
        let parts = (1...2).map { "0-file_list-compact-image.part\($0)of2" }
        for name in packages + parts { try root.addList(name, Array(name.utf8)) }
        try root.directory.makeDirectory("etc/digest_lists/packages")
        try root.addList("packages/0-file_list-rpm-deep")
        // As where all files of an image have the same time.
        for name in packages + parts {
            try output(
                of: "touch", "-d", "@1", root.directory.path("etc/digest_lists/\(name)"))
        }
        let others = lists.filter { !packages.contains($0) }
        let image = try Image(of: root, small)
        #expect(image.outcome.status == 0)
        #expect(image.names(in: ImageRoot.lists) == (others + parts).sorted())
        for name in parts {
            #expect(try image.bytes(of: "\(ImageRoot.lists)/\(name)") == Array(name.utf8))
        }

        try root.addList(packages[1], Array("later".utf8))
        #expect(try lists() == (others + parts + [packages[1]]).sorted())
    }

    /// What the module would put into an image of the directory of lists, or its error.
    private func lists(named name: String? = nil) throws -> [String] {
        let script = """
            diglim_lists=$2 dracutsysrootdir=
            inst_multiple() { printf '%s\\n' "${@##*/}"; }
            derror() { echo "$*"; }
            dinfo() { :; }
            . "$1" && inst_lists
            """
        let module = "\(ImageRoot.project)/packaging/dracut/98diglim/module-setup.sh"
        let environment = name.map { ["diglim_image=\($0)"] } ?? []
        return try runProgram(
            "env",
            environment + [
                "bash", "-c", script, "bash", module, root.directory.path("etc/digest_lists"),
            ]
        ).output.split(separator: "\n").map(String.init).sorted()
    }

    @Test("All parts of one list have to be there, and no others")
    func parts() throws {
        let without = lists.filter { $0 != "0-file_list-rpm-a" }
        for (names, isComplete) in [
            (["image"], true), (["image.part1of2", "image.part2of2"], true),
            (["image.part1of2"], false), (["image.part2of2"], false),
            (["image", "image.part1of2", "image.part2of2"], false),
            (["image.part1of2", "image.part2of3"], false), (["other", "image2.part1of2"], nil),
        ] as [([String], Bool?)] {
            let files = names.map { "0-file_list-compact-\($0)" }
            for file in files { try root.addList(file) }
            let found = try lists()
            switch isComplete {
            case true?: #expect(found == (without + files).sorted())
            case false?:
                #expect(
                    found == [
                        "diglim: not all parts of the list image are there, or others too"
                    ])
            case nil:
                #expect(found == (lists + files).sorted())
                #expect(try lists(named: "other") == (without + files).sorted())
            }
            // No name is that of no list.
            #expect(try lists(named: "") == (lists + files).sorted())
            for file in files { try root.directory.remove("etc/digest_lists/\(file)") }
        }
    }

    @Test("Directories of one's own")
    func otherDirectories() throws {
        try root.directory.write(
            "diglim_lists=/etc/lists\ndiglim_programs=/usr/libexec/programs\n",
            to: "etc/dracut.conf.d/diglim.conf")
        for (old, new) in [
            ("etc/digest_lists", "etc/lists"), ("libexec/diglim", "libexec/programs"),
        ] {
            rename(root.directory.path(old), root.directory.path(new))
        }
        let image = try Image(of: root, ["--no-kernel", "--no-compress", "--modules", "base"])
        #expect(image.names(in: "/etc/lists") == lists)
        #expect(image.names(in: "/usr/libexec/programs") == programs)
    }

    @Test("The certificate that the kernel loads, where it is or where it is said to be")
    func certificate() throws {
        let options = ["--no-kernel", "--no-compress", "--modules", "base"]
        #expect(try Image(of: root, options).names(in: "/etc/keys") == [])
        // The example asks for the one that there may be.
        let example = "60-distribution.conf"
        try output(
            of: "cp", "\(ImageRoot.project)/examples/dracut/\(example)",
            root.directory.path("dracut/dracut.conf.d"))
        let missing = try Image(of: root, options)
        #expect(missing.outcome.status == 1)
        #expect(!missing.isMade)
        #expect(
            missing.messages.contains(
                "dracut: diglim: the certificate /etc/keys/x509_ima.der could not be installed"))
        try root.directory.makeDirectory("etc/keys")
        try root.directory.write("default", to: "etc/keys/x509_ima.der")
        try root.directory.write("named", to: "etc/keys/lists.der")
        #expect(try Image(of: root, options).names(in: "/etc/keys") == ["x509_ima.der"])

        try root.directory.remove("dracut/dracut.conf.d/\(example)")
        let image = try Image(of: root, options)
        #expect(image.names(in: "/etc/keys") == ["x509_ima.der"])
        #expect(try image.bytes(of: "/etc/keys/x509_ima.der") == Array("default".utf8))
        try root.directory.write(
            "diglim_certificate=/etc/keys/lists.der\n", to: "etc/dracut.conf.d/diglim.conf")
        let named = try Image(of: root, options)
        #expect(named.names(in: "/etc/keys") == ["lists.der"])
        #expect(try named.bytes(of: "/etc/keys/lists.der") == Array("named".utf8))
    }

    @Test("Without digest lists there is an image, and a warning")
    func noLists() throws {
        try root.directory.remove("etc/digest_lists")
        let image = try Image(of: root, ["--no-kernel", "--no-compress", "--modules", "base"])
        #expect(image.outcome.status == 0)
        #expect(image.names(in: ImageRoot.programs) == programs)
        #expect(image.messages.contains("dracut: diglim: no digest lists in \(ImageRoot.lists)"))
    }

    @Test("Without the uploader there is no image")
    func noUploader() throws {
        try root.directory.remove("libexec/diglim/upload_digest_lists")
        let image = try Image(of: root, ["--no-kernel", "--no-compress", "--modules", "base"])
        #expect(image.outcome.status == 1)
        #expect(!image.isMade)
        #expect(
            image.messages.contains(
                "dracut: diglim: \(ImageRoot.programs)/upload_digest_lists is missing"))
    }

    @Test("An image that would lack some of it is not made")
    func incomplete() throws {
        // What copies files fails for the parser alone.
        let installer = root.directory.path("dracut/dracut-install")
        rename(installer, installer + ".real")
        try root.directory.write(
            """
            #!/bin/sh
            case "$*" in */rpm_parser*) exit 1 ;; esac
            exec /usr/lib/dracut/dracut-install.real "$@"
            """, to: "dracut/dracut-install")
        chmod(installer, 0o755)
        let image = try Image(of: root, ["--no-kernel", "--no-compress", "--modules", "base"])
        #expect(image.outcome.status == 1)
        #expect(!image.isMade)
        #expect(
            image.messages.contains(
                "dracut: diglim: not all digest lists and parsers could be installed"))
    }

    @Test(
        "The image of an installed kernel, for this machine or any",
        .enabled(if: installedKernel != nil, "no kernel is installed"),
        arguments: ["--hostonly", "--no-hostonly"])
    func kernel(mode: String) throws {
        let kernel = try #require(installedKernel)
        let image = try Image(
            of: root, [mode, "--kver", kernel, "--kmoddir", "\(kernels)/\(kernel)"])
        try check(image)
        #expect(image.names(in: "/usr/lib/modules") + image.names(in: "/lib/modules") != [])
    }
}

/// Where the modules of kernels are: of those that are installed, or of one that the environment
/// names.
private let kernels = ProcessInfo.processInfo.environment["DIGLIM_KERNELS"] ?? "/lib/modules"

/// The release of a kernel whose modules are there.
private let installedKernel =
    (try? FileManager.default.contentsOfDirectory(atPath: kernels))?
    .first { access("\(kernels)/\($0)/modules.dep", R_OK) == 0 }

extension Trait where Self == ConditionTrait {
    /// Skips tests where dracut is missing.
    fileprivate static var needsDracut: Self {
        .enabled(
            if: access("/usr/lib/dracut/dracut-init.sh", R_OK) == 0, "dracut is not installed")
    }
}
