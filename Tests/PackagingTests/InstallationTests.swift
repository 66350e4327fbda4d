import BlackBox
import Foundation
import Testing

/// The packages are installed, upgraded and removed by rpm, with all their scripts.
@Suite(
    .needs(.emulator), .needsInstalled("systemctl"), .needsRoot, .needsOverlay, .needsStripping,
    .needsBuiltTree)
struct InstallationTests {
    private let machine: OverlayMachine

    init() throws {
        machine = try OverlayMachine([
            SpecBuild.packages.get(), SpecBuild.nextRelease.get(),
        ])
    }

    private static let unit = "/etc/systemd/system/sysinit.target.wants/diglim-parser.service"

    @Test("Installed and verified; the preset has turned on the service; the lists are right")
    func installed() throws {
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/*.rpm
            rpm -Va
            diglim-mkparser-list --verify --output /etc/digest_lists /usr/libexec/diglim/rpm_parser
            systemctl is-enabled diglim-parser.service
            """)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.hasSuffix("\nenabled\n"))
        #expect(
            try FileManager.default.destinationOfSymbolicLink(
                atPath: machine.path(Self.unit)
            ).hasSuffix("/diglim-parser.service"))
        for (program, types) in [
            ("rpm_parser", [1, 0]), ("upload_digest_lists", [1]), ("watch_digest_lists", [1]),
        ] {
            let file = machine.path("/usr/libexec/diglim/\(program)")
            let digest = bytes(hexadecimal: sha256(try readFile(file)))
            for (kind, type) in zip(["file", "parser"], types) {
                let list = "/etc/digest_lists/0-\(kind)_list-compact-\(program)"
                #expect(
                    try ListBlock.blocks(of: readFile(machine.path(list))) == [
                        ListBlock(type: UInt16(type), modifiers: 1, [digest])
                    ])
            }
        }
    }

    @Test("Nothing is left when they are removed, and the service is turned off")
    func removed() throws {
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/*.rpm
            rpm -qal | sort -u >/packages/files
            rpm -e \(SpecBuild.names.joined(separator: " "))
            while read -r file; do
                [ -d "$file" ] || [ ! -e "$file" ] || echo "$file"
            done </packages/files
            ls -A /etc/digest_lists /usr/libexec/diglim /etc/systemd/system/sysinit.target.wants
            """)
        #expect(!outcome.output.contains("diglim"), "\(outcome.output)\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: machine.path(Self.unit)))
    }

    @Test("The kernel learns of the parser at once, and a second time is no failure")
    func parserIsLoaded() throws {
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/diglim-emulator.rpm
            emulate
            rpm -i /packages/1/diglim-parser.rpm
            rpm --reinstall /packages/1/diglim-parser.rpm
            rpm -U /packages/2/diglim-parser.rpm
            cat $interface/digests_count
            ls $interface/digest_lists_loaded |
                sed -n 's/^sha256-[0-9a-f]*-\\(.*\\)[.]ascii$/\\1/p' | sort
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("warning"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("upload_digest_lists"), "\(outcome.errors)")
        #expect(outcome.output.contains("Parser digests: 1\nFile digests: 3\n"))
        #expect(
            outcome.output.hasSuffix(
                """

                0-file_list-compact-rpm_parser
                0-file_list-compact-upload_digest_lists
                0-file_list-compact-watch_digest_lists
                0-parser_list-compact-rpm_parser

                """))
    }

    @Test("A busy interface is waited for")
    func busyInterface() throws {
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/diglim-emulator.rpm
            emulate --busy 0.5
            rpm -i /packages/1/diglim-parser.rpm
            cat $interface/digests_count
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("warning"), "\(outcome.errors)")
        #expect(outcome.output.contains("Parser digests: 1\n"))
    }

    @Test("What the kernel does not take is told, and the package is installed")
    func failingInterface() throws {
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/diglim-emulator.rpm
            emulate --fail-every 1:ENOMEM
            rpm -i /packages/1/diglim-parser.rpm
            rpm -q diglim-parser
            systemctl is-enabled diglim-parser.service
            """)
        #expect(outcome.status == 0)
        for kind in ["file", "parser"] {
            let list = "/etc/digest_lists/0-\(kind)_list-compact-rpm_parser"
            let line = "upload_digest_lists: \(list): the kernel does not take the list: "
            #expect(outcome.errors.contains("\(line)Cannot allocate memory"), "\(outcome.errors)")
        }
        #expect(outcome.errors.contains("\n\(Self.warning)\n"), "\(outcome.errors)")
        #expect(outcome.output.hasSuffix("\nenabled\n"))
    }

    private static let warning = "warning: DIGLIM may not know the new parser before its next start"

    @Test("Another package with a parser is told when there is no program for it")
    func missingUploader() throws {
        let script = try Self.post()
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/diglim-emulator.rpm
            emulate
            set +e
            \(script)
            echo goes on
            """)
        #expect(outcome.output.hasSuffix("goes on\n"))
        #expect(outcome.errors.contains("/usr/libexec/diglim/upload_digest_lists"))
        #expect(outcome.errors.hasSuffix("\n\(Self.warning)\n"), "\(outcome.errors)")
    }

    @Test("A program that the kernel does not run is made known first")
    func unknownUploader() throws {
        let scripts = [Self.service, try Self.post()]
        // What IMA refuses to run looks to the shell like what has no permission.
        for script in scripts {
            let outcome = try machine.run(
                """
                set -e
                rpm -i /packages/1/diglim-parser.rpm /packages/1/diglim-emulator.rpm
                emulate
                set +e
                chmod -x /usr/libexec/diglim/upload_digest_lists
                \(script)
                ls $interface/digest_lists_loaded
                chmod +x /usr/libexec/diglim/upload_digest_lists
                \(script)
                cat $interface/digests_count
                """)
            let names = outcome.output.split(separator: "\n").filter { $0.hasPrefix("sha256-") }
            #expect(names.count == 2, "\(outcome.output)\(outcome.errors)")
            #expect(names.allSatisfy { $0.contains("-0-file_list-compact-upload_digest_lists") })
            #expect(outcome.output.contains("\nParser digests: 1\nFile digests: 3\n"))
            #expect(outcome.errors.contains("upload_digest_lists: Permission denied"))
            #expect(!outcome.errors.contains("File exists"))
        }
    }

    @Test("The service has the kernel read what came later, and waits for others")
    func service() throws {
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/diglim-parser.rpm /packages/1/diglim-emulator.rpm
            emulate --busy 0.5 --log /packages/log
            \(Self.service)
            \(Self.service)
            cut -f 1,2,5 /packages/log
            """)
        let lists = [
            "file_list-compact-rpm_parser", "file_list-compact-upload_digest_lists",
            "file_list-compact-watch_digest_lists",
        ]
        #expect(
            outcome.output
                == (lists + ["parser_list-compact-rpm_parser"]).map {
                    "digest_list_add\t/etc/digest_lists/0-\($0)\tok\n"
                }.joined(),
            "\(outcome.errors)")
    }

    /// What the packages of parsers do when they are installed.
    private static func post() throws -> String {
        try output(
            of: "rpm", "--load", "\(WorkTree.path)/packaging/rpm/macros.diglim", "--eval",
            "%{diglim_parser_post}")
    }

    /// What the service does before the parser starts: the shell reads the lines as systemd does,
    /// but for its specifiers. The emulator is not on securityfs.
    private static let service = """
        awk '/^ExecStartPre=-/ { on = 1; sub(/^ExecStartPre=-/, "") }
            on { print }
            !/\\\\$/ { on = 0 }' /usr/lib/systemd/system/diglim-parser.service >/packages/service
        sed -e 's/%%/%/g' -e "s,add-compact,& --interface $interface," /packages/service | sh
        """

    @Test("An upgrade keeps what the administrator has set")
    func upgraded() throws {
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/*.rpm
            systemctl disable diglim-parser.service
            rpm -U /packages/2/*.rpm
            rpm -qa | sort
            rpm -Va
            systemctl is-enabled diglim-parser.service
            """)
        #expect(outcome.output.hasSuffix("\ndisabled\n"), "\(outcome.output)\(outcome.errors)")
        let releases = outcome.output.split(separator: "\n").filter { $0.contains("-1.2.") }
        #expect(releases.count == SpecBuild.names.count)
    }

    @Test("The plugin that was installed makes lists of what is installed next")
    func plugin() throws {
        let outcome = try machine.run(
            """
            set -e
            rpm -i /packages/1/diglim-parser.rpm /packages/1/rpm-plugin-diglim.rpm
            rpm -i /packages/1/diglim-tools.rpm
            ls /etc/digest_lists
            rpm -e diglim-tools
            ls /etc/digest_lists
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lists = outcome.output.components(separatedBy: "0-file_list-rpm-diglim-tools-")
        #expect(lists.count == 2, "\(outcome.output)")
    }
}
