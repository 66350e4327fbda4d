import LinuxFiles
import RPMHeader

extension RPMFiles {
    /// A file's path, in two parts that live as long as the header.
    public struct FilePath {
        /// The directory, with the slash at its end.
        public let directory: UnsafeRawBufferPointer
        /// The name without the directory.
        public let name: UnsafeRawBufferPointer
    }

    /// The files' paths, in the header's order.
    ///
    /// - Throws: ``RPMHeaderError`` where a file's directory is not in the header.
    public func paths() throws(RPMHeaderError) -> [FilePath] {
        if tags.hasOldNames { return try strings(of: tags[.oldFileNames]).map(Self.parts) }
        let names = try strings(of: tags[.baseNames])
        let directories = try strings(of: tags[.dirNames])
        let indexes: UnsafeBufferPointer<UInt32> = try header.numbers(of: tags[.dirIndexes])
        var paths: [FilePath] = []
        for index in 0..<count {
            let directory = Int(indexes[index])
            guard directory < directories.count else {
                throw RPMHeaderError(.outOfRange, tag: .dirIndexes, value: directory)
            }
            paths.append(FilePath(directory: directories[directory], name: names[index]))
        }
        return paths
    }

    private func strings(
        of entry: FileTags.Entry?
    ) throws(RPMHeaderError) -> [UnsafeRawBufferPointer] {
        guard let entry, var strings = try header.strings(of: entry) else { return [] }
        return (0..<entry.count).map { _ in bytes(of: strings.next()) }
    }

    private static func parts(of path: UnsafeRawBufferPointer) -> FilePath {
        let end = (path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
        return FilePath(
            directory: .init(rebasing: path[..<end]), name: .init(rebasing: path[end...]))
    }
}
