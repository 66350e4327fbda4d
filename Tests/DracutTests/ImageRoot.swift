import BlackBox
import Foundation
import Testing

/// A machine on which everything is installed, for dracut to make initial ram disks of: this one,
/// with directories of the test's own in the places of some.
struct ImageRoot {
    static let programs = "/usr/libexec/diglim"
    static let lists = "/etc/digest_lists"
    /// A program that is no part of what is tested, with all its symbols; it is a parser as well.
    static let other = "/usr/libexec/other/program"

    /// The folder of this project.
    static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardized.path

    let directory: TemporaryDirectory

    /// Where each directory of the test's own has its place.
    private static let places = [
        "etc": "/etc", "libexec": "/usr/libexec", "dracut": "/usr/lib/dracut",
    ]

    init() throws {
        directory = try TemporaryDirectory()
        try output(of: "cp", "-a", "/etc", directory.path("etc"))
        try output(of: "cp", "-a", "/usr/lib/dracut", directory.path("dracut"))
        for name in [
            "etc/digest_lists", "dracut/dracut.conf.d", "libexec/diglim", "libexec/other", "tmp",
        ] {
            try directory.makeDirectory(name)
        }
        let sources = "\(Self.project)/packaging/dracut"
        try output(of: "cp", "-a", "\(sources)/98diglim", directory.path("dracut/modules.d"))
        try output(
            of: "cp", "\(sources)/50-diglim.conf", directory.path("dracut/dracut.conf.d"))
        for program in [Program.parser, .uploader, .watcher] { try install(program) }
        try compileOthers()
    }

    /// Installs a program with the lists of its own.
    private func install(_ program: Program) throws {
        let bytes = try readFile(program.path)
        try directory.write(bytes, to: "libexec/diglim/\(program.rawValue)")
        chmod(directory.path("libexec/diglim/\(program.rawValue)"), 0o755)
        let digest = BlackBox.bytes(hexadecimal: sha256(bytes))
        for (kind, type) in [("file", 1), ("parser", 0)] as [(String, UInt16)] {
            if kind == "parser", program != .parser { continue }
            try addList(
                "0-\(kind)_list-compact-\(program.rawValue)",
                ListBlock(type: type, modifiers: 1, [digest]).bytes)
        }
    }

    private func compileOthers() throws {
        let text = try directory.write("int main(void) { return 0; }", to: "other.c")
        for program in [Self.other, "\(Self.programs)/other_parser"] {
            try output(of: "cc", "-g", "-o", source(program), text)
        }
    }

    /// Puts a file into the directory of digest lists.
    func addList(_ name: String, _ bytes: [UInt8] = Array("list".utf8)) throws {
        try directory.write(bytes, to: "etc/digest_lists/\(name)")
    }

    /// The path of one of the test's own files by the path that it has for dracut.
    func source(_ path: String) -> String {
        for (name, place) in Self.places where path.hasPrefix("\(place)/") {
            return directory.path(name + path.dropFirst(place.count))
        }
        return path
    }
}

/// An initial ram disk, unpacked.
struct Image {
    let outcome: Outcome
    private let directory: TemporaryDirectory

    /// Has dracut make an image.
    ///
    /// - Parameters:
    ///   - root: The machine that it is for.
    ///   - options: dracut's options.
    init(of root: ImageRoot, _ options: [String]) throws {
        directory = try TemporaryDirectory()
        // What is bound over the directory that the paths begin with comes last.
        let script = """
            mount --bind "$1/libexec" /usr/libexec && mount --bind "$1/dracut" /usr/lib/dracut &&
            mount --bind "$1/etc" /etc || exit 99
            root=$1 image=$2; shift 2
            exec dracut --force --tmpdir "$root/tmp" "$@" "$image"
            """
        let image = directory.path("image")
        outcome = try Command(
            "unshare", ["--mount", "sh", "-c", script, "sh", root.directory.path, image] + options
        ).run(atMost: 600)
        guard FileManager.default.fileExists(atPath: image) else { return }
        var unpacking = Command("lsinitrd", ["--unpack", image])
        unpacking.workingDirectory = try directory.makeDirectory("files")
        #expect(try unpacking.run(atMost: 600).status == 0)
    }

    /// Whether dracut has made one.
    var isMade: Bool { FileManager.default.fileExists(atPath: directory.path("files")) }

    /// The lines that dracut has told.
    var messages: [Substring] {
        (outcome.output + outcome.errors).split(separator: "\n")
    }

    /// Reads a file of the image.
    func bytes(of path: String) throws -> [UInt8] { try directory.bytes(of: "files\(path)") }

    /// The permissions of a file of the image.
    func permissions(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: directory.path("files\(path)"))[
            .posixPermissions] as? Int
    }

    /// The names in a directory of the image; none where it is missing.
    func names(in path: String) -> [String] {
        (try? directory.names(in: "files\(path)")) ?? []
    }
}
