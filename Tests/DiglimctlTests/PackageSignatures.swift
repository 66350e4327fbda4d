import BlackBox
import Foundation

/// The signatures of a package file, and the digest list that each of them makes.
struct PackageSignatures {
    /// The header with its magic, which the signatures are over.
    let header: [UInt8]
    /// The signatures over the header: RSA or DSA of rpm 4, and all of rpm 6.
    private(set) var signatures: [[UInt8]] = []
    /// Where the header stands in the file.
    let place: Int

    /// Reads a package file, without any check but that of Swift's arrays.
    init(_ package: [UInt8]) {
        let lead = 96
        let tags = Header(package, at: lead)
        place = (tags.end + 7) / 8 * 8
        header = Array(package[place..<Header(package, at: place).end])
        for entry in tags.entries {
            let data = package[(tags.data + entry.offset)...]
            switch entry.tag {
            case 267, 268: signatures.append(Array(data.prefix(entry.count)))
            case 278:
                let texts = data.split(separator: 0, maxSplits: entry.count).prefix(entry.count)
                signatures += texts.map { [UInt8](Data(base64Encoded: Data($0)) ?? Data()) }
            default: break
            }
        }
    }

    /// The digest lists, one for each signature.
    var lists: [[UInt8]] { signatures.map { header + appended($0, kind: 0) } }

    private struct Header {
        var entries: [(tag: Int, offset: Int, count: Int)] = []
        let data: Int
        let end: Int

        init(_ bytes: [UInt8], at start: Int) {
            func number(_ place: Int) -> Int {
                bytes[(start + place)...].prefix(4).reduce(0) { $0 << 8 | Int($1) }
            }
            let count = number(8)
            data = start + 16 + 16 * count
            end = data + number(12)
            for entry in stride(from: 16, to: 16 + 16 * count, by: 16) {
                entries.append((number(entry), number(entry + 8), number(entry + 12)))
            }
        }
    }
}
