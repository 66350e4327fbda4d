import BlackBox
import Foundation
import Testing

/// Packages that can have no list, and such with odd names.
@Suite(.needs(.rpmPlugin, .parser, .diglimctl, .emulator))
struct NameTests {
    private let system: ScratchSystem

    init() throws { system = try ScratchSystem() }

    @Test("A long name has a label of its own, and a mark")
    func long() throws {
        let name = String(repeating: "long", count: 50)
        let package = try system.package(name, folder: "a")
        #expect(try system.rpm("-i", package.path).warnings == [])
        try system.expectLists([package.listName])
        try system.expectKnown(package)
        #expect(try system.rpm("-e", name).warnings == [])
        #expect(try system.lists == [])
        try system.expectKnown(package, false)
    }

    @Test("The longest name of a file, and a name that is too long")
    func longest() throws {
        // Around it, 0-file_list-rpm- and -1-1.noarch.
        let room = 255 - 16 - 11
        let longest = try system.package(String(repeating: "x", count: room), folder: "a")
        #expect(longest.listName.utf8.count == 255)
        #expect(try system.rpm("-i", longest.path).warnings == [])
        try system.expectLists([longest.listName])
        let tooLong = try system.package(String(repeating: "x", count: room + 1), folder: "b")
        let outcome = try system.rpm("-i", tooLong.path)
        #expect(outcome.status == 0)
        #expect(
            outcome.warnings == [
                "\(tooLong.name): the package's name is too long for a file name"
            ])
        #expect(try system.lists == [longest.listName])
        #expect(try system.installed().count == 2)
    }

    @Test("Hyphens in a name")
    func hyphens() throws {
        let packages = try ["a", "a-1", "a-1-1"].map { try system.package($0) }
        for package in packages { try system.rpm("-i", package.path) }
        try system.expect(packages[0], packages[1], packages[2])
        try system.rpm("-e", "a-1-1.noarch")
        #expect(try system.lists == system.installed())
    }

    @Test("A character that the kernel refuses in a label", arguments: [false, true])
    func character(isEnforced: Bool) throws {
        let package = try system.package("alpha")
        var bytes = try readFile(package.path)
        // The name in the signature's header, if it is there, and in the package's.
        let name = Array("\0alpha\0".utf8)
        for start in bytes.indices.dropLast(name.count)
        where bytes[start..<start + name.count].elementsEqual(name) {
            bytes[start + 3] = 0x7f
        }
        let path = try system.directory.write(bytes, to: "odd.rpm")
        if isEnforced { system.macros["_digest_list_enforce"] = "1" }
        let outcome = try system.rpm("-i", "--nodigest", "--nosignature", path)
        #expect((outcome.status == 0) == !isEnforced)
        #expect(
            outcome.warnings.first
                == "al?ha-1-1.noarch: the package's name has a character that no digest list's "
                + "name can have")
        #expect(try system.lists == [])
        #expect(try system.emulator.operations().isEmpty)
    }

    @Test("A header from before RPM 4, of which nothing is signed", arguments: [false, true])
    func noRegion(isEnforced: Bool) throws {
        let header = HeaderWriter([
            .string(.name, "old"), .string(.version, "1"), .string(.release, "1"),
            .string(.summary, "A package for tests"),
            // The operating system.
            .init(tag: 1021, type: 6, count: 1, data: Array("linux\0".utf8)),
            .string(.arch, "noarch"), .string(.sourceRPM, "old-1-1.src.rpm"),
        ]).bytes(region: nil)
        let size = bigEndian(UInt32(header.count))
        var signature = HeaderWriter([.init(tag: 1000, type: 4, count: 1, data: size)])
            .bytes(region: 62)
        while signature.count % 8 != 0 { signature.append(0) }
        let lead =
            [0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0, 0, 1] + Array("old".utf8)
            + [UInt8](repeating: 0, count: 63) + [0, 1, 0, 5] + [UInt8](repeating: 0, count: 16)
        let path = try system.directory.write(lead + signature + header, to: "old.rpm")
        if isEnforced { system.macros["_digest_list_enforce"] = "1" }
        let outcome = try system.rpm("-i", "--nodigest", "--nosignature", path)
        if InstalledRPM.installsOldHeaders {
            #expect((outcome.status == 0) == !isEnforced)
            #expect(
                outcome.warnings.first
                    == "old-1-1.noarch: no digest list, the header has no immutable region")
        } else {
            #expect(outcome.errors.contains("error: package format not supported: \(path)"))
            #expect(outcome.warnings == [])
        }
        #expect(try system.lists == [])
    }
}
