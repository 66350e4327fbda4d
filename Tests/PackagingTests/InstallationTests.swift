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
        for (program, types) in [("rpm_parser", [1, 0]), ("upload_digest_lists", [1])] {
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
        #expect(outcome.output.contains("Parser digests: 1\nFile digests: 1\n"))
        #expect(
            outcome.output.hasSuffix(
                "\n0-file_list-compact-rpm_parser\n0-parser_list-compact-rpm_parser\n"))
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
            let warning = "warning: DIGLIM does not take \(list): Cannot allocate memory"
            #expect(outcome.errors.contains(warning), "\(outcome.errors)")
        }
        #expect(outcome.output.hasSuffix("\nenabled\n"))
    }

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
            rpm -i /packages/1/diglim-parser.rpm /packages/1/rpm-plugin-digest-list.rpm
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
