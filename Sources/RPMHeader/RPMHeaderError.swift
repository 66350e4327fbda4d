import DigestList
import LinuxFiles

/// What is wrong with an RPM digest list.
public struct RPMHeaderError: Error, Equatable, Sendable {
    /// What is wrong.
    public var problem: Problem
    /// The tag in which it is wrong.
    public var tag: RPMTag?
    /// The number that is wrong: a count, a length in bytes, an index, as the problem says.
    public var value: UInt64?

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - problem: What is wrong.
    ///   - tag: The tag in which it is wrong.
    ///   - value: The number that is wrong.
    package init(_ problem: Problem, tag: RPMTag? = nil, value: Int? = nil) {
        self.problem = problem
        self.tag = tag
        self.value = value.map { UInt64($0) }
    }

    package init(system error: Errno) { self.init(.system(error)) }

    /// The ways in which an RPM digest list can be wrong.
    public enum Problem: Equatable, Sendable {
        case empty, notRPM, tooLarge
        case entries, truncated, trailingBytes, refused
        case noRegion, regionTrailer, outsideRegion, behindRegion
        case trailer(SignatureTrailerError)
        case sourcePackage
        case missing, twice, type, count, moreThanFiles, outOfRange
        case algorithm, digestLength, digestDigits, tooManyDigests
        case system(Errno)

        /// The problem in words; ``RPMHeaderError/value`` follows where there is one.
        public var reason: StaticString {
            switch self {
            case .empty: "empty file"
            case .notRPM: "not an RPM header"
            case .tooLarge: "larger than an RPM header can be, bytes:"
            case .entries: "impossible number of index entries:"
            case .truncated: "the file ends before the header does, bytes missing:"
            case .trailingBytes: "bytes after the header that are no appended signature:"
            case .trailer(let error): error.reason
            case .noRegion: "the header does not begin with an immutable region"
            case .regionTrailer: "the immutable region's trailer is broken"
            case .outsideRegion: "index entries outside of the immutable region:"
            case .behindRegion: "bytes of data behind the immutable region:"
            case .refused: "librpm refuses the header"
            case .sourcePackage: "the header of a source package"
            case .missing: "missing"
            case .twice: "there twice"
            case .type: "wrong type of data:"
            case .count: "not as many values as files:"
            case .moreThanFiles: "more values than files:"
            case .outOfRange: "no directory with the index"
            case .algorithm: "unknown hash algorithm"
            case .digestLength: "a digest of a length that is not the algorithm's:"
            case .digestDigits: "a digest that is not hexadecimal, at index"
            case .tooManyDigests: "more digests than a list can hold"
            case .system(let error): error == .noMemory ? "cannot allocate" : "cannot read"
            }
        }
    }
}
