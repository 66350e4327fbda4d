import BlackBox
import Foundation

/// The content of a package with a parser.
struct ParserPackage {
    /// The package's file.
    let path: String
    /// The directory into which it was unpacked.
    let root: String
    // Where that is.
    private let directory: TemporaryDirectory

    /// The names of the two lists of the parser.
    static let listNames = ["0-file_list-compact-test_parser", "0-parser_list-compact-test_parser"]
    /// The directory of lists, as an installed system has it.
    static let listDirectory = "/etc/digest_lists"
    /// The parser's path, as an installed system has it.
    static let parser = "/usr/libexec/diglim/test_parser"

    /// Unpacks a package.
    ///
    /// - Parameters:
    ///   - path: The package's file.
    ///   - directory: Where it is unpacked.
    init(_ path: String, in directory: TemporaryDirectory) throws {
        self.path = path
        self.directory = directory
        root = try directory.makeDirectory("root")
        var command = Command("sh", ["-c", "rpm2cpio \"$1\" | cpio -idm --quiet", "sh", path])
        command.workingDirectory = root
        let outcome = try command.run()
        guard outcome.status == 0 else { throw BuildFailure(log: outcome.errors) }
    }

    /// The parser's path in the directory.
    var parserPath: String { root + Self.parser }
    /// The lists' directory in the directory.
    var listPath: String { root + Self.listDirectory }

    /// One of the lists.
    ///
    /// - Parameter name: The list's file name.
    func list(_ name: String) throws -> SignedList {
        try SignedList(readFile("\(listPath)/\(name)"))
    }

    /// The files of the package, with the digests in its header, by path.
    func files() throws -> [String: PackagedFile] {
        let files = try dumpedFiles(of: path).map { ($0.directory + $0.name, $0) }
        return Dictionary(uniqueKeysWithValues: files)
    }
}

/// A digest list and its appended signature, taken apart without the code that is tested.
struct SignedList {
    /// The list without the signature.
    let content: [UInt8]
    /// The signature in DER; `nil` where there is none.
    let signature: [UInt8]?

    private static let marker = Array("~Module signature appended~\n".utf8)

    /// Takes a list apart.
    ///
    /// - Parameter bytes: The list's file.
    init(_ bytes: [UInt8]) throws {
        guard bytes.suffix(Self.marker.count) == Self.marker[...] else {
            (content, signature) = (bytes, nil)
            return
        }
        let trailer = Array(bytes.dropLast(Self.marker.count).suffix(12))
        let size = trailer.suffix(4).reduce(0) { $0 << 8 | Int($1) }
        let rest = bytes.dropLast(Self.marker.count + 12)
        guard trailer.prefix(8) == [0, 0, 2, 0, 0, 0, 0, 0], size <= rest.count else {
            throw BuildFailure(log: "a trailer of \(trailer)")
        }
        (content, signature) = (Array(rest.dropLast(size)), Array(rest.suffix(size)))
    }

    /// The blocks of the list.
    var blocks: [ListBlock] { get throws { try ListBlock.blocks(of: content) } }
}
