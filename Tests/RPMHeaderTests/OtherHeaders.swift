import BlackBox
import CRPM
import RPMHeader

extension HeaderWriter {
    /// The header of a package with the sizes of its files in 64 bits.
    static func withLongSizes(of files: [PackagedFile], algorithm: UInt32? = 8) -> HeaderWriter {
        var writer = HeaderWriter(of: files, algorithm: algorithm)
        writer[.fileSizes] = nil
        if !files.isEmpty {
            writer.entries.append(.numbers(.longFileSizes, files.map(\.size)))
        }
        return writer
    }

    /// The header of a package from before RPM 4, with the paths of its files in one.
    static func withOldNames(of files: [PackagedFile], algorithm: UInt32? = 8) -> HeaderWriter {
        var writer = HeaderWriter(of: files, algorithm: algorithm)
        for tag: HeaderTag in [.baseNames, .dirNames, .dirIndexes] { writer[tag] = nil }
        if !files.isEmpty {
            writer.entries.append(
                .strings(.oldFileNames, files.map { $0.directory + $0.name }))
        }
        return writer
    }
}

/// librpm's name of a tag, in capitals.
func nameOfTag(_ tag: UInt32) -> String {
    String(cString: rpmTagGetName(rpmTagVal(tag))).uppercased()
}

extension RPMTag {
    /// The tag of a header that was made by hand.
    init(_ tag: HeaderTag) { self.init(rawValue: tag.rawValue)! }
}
