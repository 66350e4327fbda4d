import BlackBox

/// A hash of Berkeley DB with one bucket, as rpm up to 4.15 has its databases in.
struct BerkeleyDatabase {
    /// A key and its value.
    typealias Record = (key: [UInt8], value: [UInt8])

    /// The size of a page.
    static let pageSize = 32768

    /// The records of each page.
    var pages: [[Record]]

    /// The database `Packages`.
    ///
    /// - Parameter packages: The packages of each page.
    static func packages(_ packages: [PackageBuilder]...) -> BerkeleyDatabase {
        var number: UInt32 = 0
        return BerkeleyDatabase(
            pages: packages.map { page in
                page.map { package in
                    number += 1
                    // Without the magic of headers in files.
                    return (littleEndian(number), Array(package.header.dropFirst(8)))
                }
            })
    }

    /// The index `Name`.
    ///
    /// - Parameter names: The names of the packages, in their order.
    static func names(_ names: [String]) -> BerkeleyDatabase {
        BerkeleyDatabase(
            pages: [
                names.enumerated().map { number, name in
                    (Array(name.utf8), littleEndian(UInt32(number + 1)) + littleEndian(UInt32(0)))
                }
            ])
    }

    /// The file.
    var bytes: [UInt8] {
        var meta = [UInt8](repeating: 0, count: Self.pageSize)
        func set(_ offset: Int, _ number: UInt32) {
            meta.replaceSubrange(offset..<offset + 4, with: littleEndian(number))
        }
        set(12, 0x61561)
        set(16, 9)
        set(20, UInt32(Self.pageSize))
        set(32, UInt32(pages.count))
        // The first page of bucket 0.
        set(96, 1)
        return meta + pages.enumerated().flatMap { page(UInt32($0 + 1), $1) }
    }

    private func page(_ number: UInt32, _ records: [Record]) -> [UInt8] {
        let next = Int(number) < pages.count ? number + 1 : 0
        var items: [[UInt8]] = []
        for record in records { items += [[1] + record.key, [1] + record.value] }
        var header =
            [UInt8](repeating: 0, count: 8) + littleEndian(number) + littleEndian(UInt32(0))
            + littleEndian(next) + littleEndian(UInt16(items.count)) + [0, 0, 0, 13]
        var start = Self.pageSize
        for item in items {
            start -= item.count
            header += littleEndian(UInt16(start))
        }
        header += [UInt8](repeating: 0, count: start - header.count)
        for item in items.reversed() { header += item }
        return header
    }
}
