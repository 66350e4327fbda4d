import DigestList

/// The files of a header that is read in the plainest way.
struct PlainFiles {
    private(set) var files: [File] = []
    private var algorithm = 1

    struct File {
        var directory: ArraySlice<UInt8>
        var name: ArraySlice<UInt8>
        var digest: ArraySlice<UInt8>
        var isImmutable: Bool
    }

    init?(of header: PlainHeader) {
        algorithm = Int(header.numbers(5011)?.first ?? 1)
        guard let digests = header.strings(1035) else { return }
        guard let modes = header.numbers(1030),
            let sizes = header.numbers(5008) ?? header.numbers(1028),
            let paths = Self.paths(in: header), modes.count == digests.count,
            sizes.count == digests.count, paths.count == digests.count
        else { return nil }
        var rules: [ArraySlice<UInt8>: Rule] = [:]
        for index in digests.indices {
            let path = paths[index]
            let rule = rules[path.directory] ?? Rule(path.directory)
            rules[path.directory] = rule
            let isImmutable: Bool
            switch rule {
            case .immutable: isImmutable = true
            case .modules where !path.name.starts(with: "modules.".utf8): isImmutable = true
            default:
                let isFixed = modes[index] & 0o111 != 0 || modes[index] & 0o222 == 0
                isImmutable = sizes[index] > 0 && isFixed
            }
            files.append(
                File(
                    directory: path.directory, name: path.name, digest: digests[index],
                    isImmutable: isImmutable))
        }
    }

    private enum Rule {
        case mode, modules, immutable

        init(_ directory: ArraySlice<UInt8>) {
            let text = Array(directory)
            func contains(_ part: String) -> Bool {
                let part = Array(part.utf8)
                return text.indices.contains { text[$0...].starts(with: part) }
            }
            let isImmutable =
                contains("/lib/firmware") || contains("/usr/libexec/sudo") || contains("/lib64/")
            self = isImmutable ? .immutable : contains("/lib/modules") ? .modules : .mode
        }
    }

    private static func paths(
        in header: PlainHeader
    ) -> [(directory: ArraySlice<UInt8>, name: ArraySlice<UInt8>)]? {
        guard let names = header.strings(1117) else {
            return header.strings(1027)?.map { path in
                let end = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? path.startIndex
                return (path[..<end], path[end...])
            }
        }
        guard let directories = header.strings(1118), let indexes = header.numbers(1116),
            indexes.count == names.count, indexes.allSatisfy({ $0 < directories.count })
        else { return nil }
        return zip(indexes, names).map { (directories[Int($0)], $1) }
    }

    /// The compact list of the files.
    func compactList(abi: ABI, immutableOnly: Bool) -> [UInt8] {
        let mutable = immutableOnly ? [] : block(abi: abi, isImmutable: false)
        let digests = mutable + block(abi: abi, isImmutable: true)
        return digests.isEmpty ? [] : digests + tail(like: digests[..<16])
    }

    /// The blocks without digests that carry the FNV-1a of "0-file_list-rpm-a", with the type and
    /// the algorithm of another block's header.
    private func tail(like header: ArraySlice<UInt8>) -> [UInt8] {
        var tail: [UInt8] = []
        let words: [UInt16] = [0xee77, 0x4ffd, 0xb972, 0x7b71]
        for word in words {
            tail += header[..<4]
            tail += [UInt8(word & 0xff), UInt8(word >> 8)]
            tail += header[6..<8]
            tail += [UInt8](repeating: 0, count: 8)
        }
        return tail
    }

    private func block(abi: ABI, isImmutable: Bool) -> [UInt8] {
        let digests = files.filter { $0.isImmutable == isImmutable && !$0.digest.isEmpty }
        guard !digests.isEmpty else { return [] }
        let data = digests.flatMap { Self.decoded($0.digest) }
        let type: [UInt8] = abi == .v2 ? [2, 0] : [1, 0]
        // OpenPGP's numbers, and the kernel's.
        let numbers: [Int: UInt8] = [1: 1, 2: 2, 3: 3, 8: 4, 9: 5, 10: 6, 11: 7]
        return [1, 0] + type + [isImmutable ? 1 : 0, 0, numbers[algorithm] ?? 0xff, 0]
            + Self.littleEndian(digests.count) + Self.littleEndian(data.count) + data
    }

    private static func decoded(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        let values = digits.map { UInt8(Character(UnicodeScalar($0)).hexDigitValue ?? 0) }
        return stride(from: 0, to: values.count - 1, by: 2).map {
            values[$0] << 4 | values[$0 + 1]
        }
    }

    private static func littleEndian(_ number: Int) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
