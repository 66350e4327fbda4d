import CommandLineTool
import DigestList
import RPMHeader
import RPMHeaderTools

/// Finds out which packages have files with given paths, in their headers.
///
/// Only what is found is kept, so that a path costs nothing while nobody asks for it.
struct PathSearch {
    /// A file in a package.
    struct Match: Equatable {
        /// The package as `name-version-release.arch`.
        var package: String
        /// The package's digest list; `nil` where there is none.
        var list: Int?
        /// The digest that the package has of the file.
        var digest: [UInt8]
        /// The digest's algorithm.
        var algorithm: HashAlgorithm
        /// Whether the file may not change.
        var isImmutable: Bool
    }

    /// The system.
    let root: SystemRoot
    /// What is looked for: by the hash of the name without the directory, paths.
    private var wanted: [Int: [Path]] = [:]
    private var matches: [Path: [Match]] = [:]
    /// The directories of packages, without links.
    private var directories: [Path: Path] = [:]

    /// Begins to look for files.
    ///
    /// - Parameters:
    ///   - paths: The files' paths in the system, without links.
    ///   - root: The system.
    init(for paths: some Sequence<Path>, in root: SystemRoot) {
        self.root = root
        for path in paths {
            let key = path.lastComponent.bytes.withUnsafeBytes(Self.key)
            wanted[key, default: []].append(path)
        }
    }

    /// What the packages have of a path, in the order in which they were searched.
    ///
    /// - Parameter path: The path.
    func matches(of path: Path) -> [Match] { matches[path] ?? [] }

    /// Looks through RPM digest lists, and through packages that have none.
    ///
    /// - Parameters:
    ///   - sources: The lists, as they are numbered in the index.
    ///   - packages: The packages.
    mutating func search(
        _ sources: [ListSource], _ packages: [InstalledWithoutList.Package]
    ) {
        if wanted.isEmpty { return }
        for (number, source) in sources.enumerated() {
            guard let package = ListLabel(path: source.name).package,
                let file = try? source.read()
            else { continue }
            search(file, of: package, list: number)
        }
        for package in packages {
            if let list = package.list { search(list, of: package.name, list: nil) }
        }
    }

    /// Looks through a digest list.
    ///
    /// - Parameters:
    ///   - file: An RPM digest list.
    ///   - package: The package.
    ///   - list: The list's number in the index, if it is there.
    private mutating func search(_ file: [UInt8], of package: String, list: Int?) {
        // What is wrong with a list has been told.
        try? file.withUnsafeBufferPointer { (bytes) throws(RPMHeaderError) in
            let files = try RPMFiles(of: RPMDigestList(copying: UnsafeRawBufferPointer(bytes)))
            let paths = try files.paths()
            let (algorithm, size) = (files.algorithm, files.algorithm.digestSize)
            func take(_ index: Int, _ digits: UnsafePointer<UInt8>, _ isImmutable: Bool) {
                guard let path = wantedPath(paths[index]) else { return }
                var digest = [UInt8](repeating: 0, count: size)
                let isDigest = digest.withUnsafeMutableBytes {
                    Hexadecimal.decode(digits, into: $0.baseAddress!, size: size)
                }
                guard isDigest else { return }
                matches[path, default: []].append(
                    Match(
                        package: package, list: list, digest: digest, algorithm: algorithm,
                        isImmutable: isImmutable))
            }
            try files.forEach(take)
        }
    }

    /// The path that is looked for, where a package's file has it.
    private mutating func wantedPath(_ path: RPMFiles.FilePath) -> Path? {
        guard let candidates = wanted[Self.key(path.name)] else { return nil }
        let directory = Path(bytes: Array(path.directory))
        let place = directories[directory] ?? root.resolved(directory)
        directories[directory] = place
        let whole = place.appending(Path(bytes: Array(path.name)))
        return candidates.first { $0 == whole }
    }

    private static func key(_ name: UnsafeRawBufferPointer) -> Int {
        var hasher = Swift.Hasher()
        hasher.combine(bytes: name)
        return hasher.finalize()
    }
}

extension PathSearch.Match {
    /// Whether a file is as the package has it.
    ///
    /// - Parameters:
    ///   - place: Where the file is on this system.
    ///   - digest: The file's digest.
    ///   - algorithm: The digest's algorithm.
    func fits(_ place: Path, _ digest: [UInt8], _ algorithm: HashAlgorithm) -> Bool {
        if algorithm == self.algorithm { return digest == self.digest }
        let digests = try? fileDigests(of: place, in: [self.algorithm], told: { _ in })
        return digests?.first?.1 == self.digest
    }

    /// The digest with its algorithm, as `diglimctl query` takes it.
    var expected: String { "\(algorithm.name)-\(hexadecimal(digest))" }
}
