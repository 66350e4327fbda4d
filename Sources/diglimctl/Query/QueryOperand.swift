import CommandLineTool
import DigestList
import FileDigests
import Glibc

/// What `diglimctl query` is asked for.
enum QueryOperand {
    case file(Path)
    /// A digest; where its algorithm is not given, its size has to tell.
    case digest([UInt8], HashAlgorithm?)

    /// Takes an operand for a digest where it looks like one, else for a file.
    ///
    /// - Parameter operand: The operand.
    init(_ operand: Path) {
        let parts = operand.bytes.split(
            separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2,
            let algorithm = HashAlgorithm(
                kernelName: String(decoding: parts[0], as: UTF8.self)),
            let digest = Self.digest(parts[1]), digest.count == algorithm.digestSize
        {
            self = .digest(digest, algorithm)
        } else if let digest = Self.digest(operand.bytes[...]),
            HashAlgorithm.allCases.contains(where: { $0.digestSize == digest.count })
        {
            self = .digest(digest, nil)
        } else {
            self = .file(operand)
        }
    }

    private static func digest(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        let size = digits.count / 2
        // All digests have as many bytes as the decoder needs.
        guard digits.count == 2 * size, size >= 16 else { return nil }
        var digest = [UInt8](repeating: 0, count: size)
        let isValid = digits.withUnsafeBytes { source in
            digest.withUnsafeMutableBytes { target in
                guard let source = source.baseAddress, let target = target.baseAddress else {
                    return false
                }
                return Hexadecimal.decode(source, into: target, size: size)
            }
        }
        return isValid ? digest : nil
    }

    /// The digests to ask for.
    ///
    /// - Parameters:
    ///   - algorithms: The algorithms of all digests that are loaded.
    ///   - told: Is told of an algorithm that libcrypto lacks.
    /// - Throws: ``CommandError`` where a file cannot be read.
    func digests(
        in algorithms: [HashAlgorithm], told: (String) -> Void
    ) throws(CommandError) -> [(HashAlgorithm, [UInt8])] {
        switch self {
        case .digest(let digest, let algorithm?): return [(algorithm, digest)]
        case .digest(let digest, nil):
            return algorithms.filter { $0.digestSize == digest.count }.map { ($0, digest) }
        case .file(let path):
            return try fileDigests(of: path, in: algorithms, told: told)
        }
    }
}

/// The digests of a file.
///
/// - Parameters:
///   - path: The file's path.
///   - algorithms: The algorithms.
///   - told: Is told of an algorithm that libcrypto lacks.
/// - Returns: A digest for each of the other algorithms.
/// - Throws: ``CommandError`` where the file cannot be read.
func fileDigests(
    of path: Path, in algorithms: [HashAlgorithm], told: (String) -> Void
) throws(CommandError) -> [(HashAlgorithm, [UInt8])] {
    let descriptor = try openRegularFile(path)
    defer { close(descriptor) }
    var digests: [(HashAlgorithm, [UInt8])] = []
    for algorithm in algorithms {
        do throws(HasherError) {
            lseek(descriptor, 0, SEEK_SET)
            let digest = try FileDigest(of: descriptor, by: Hasher(algorithm))
            digests.append((algorithm, digest.digest))
        } catch {
            guard case .unsupported = error else { throw CommandError(error.text) }
            told(error.text)
        }
    }
    return digests
}
