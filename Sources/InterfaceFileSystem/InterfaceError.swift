import CLinux
import LinuxFiles

/// Why an operation on the interface fails.
public enum InterfaceError: Error, Equatable, Sendable {
    /// The kernel answers with this error.
    case system(Errno)
    /// The kernel dereferences NULL and kills the process. Nobody can answer like that: the
    /// caller gets `EIO`, the log says `OOPS`.
    case oops

    /// `EACCES`.
    public static let accessDenied = InterfaceError.number(EACCES)
    /// `EBADF`.
    public static let badHandle = InterfaceError.number(EBADF)
    /// `EBUSY`.
    public static let busy = InterfaceError.number(EBUSY)
    /// `EEXIST`.
    public static let exists = InterfaceError.number(EEXIST)
    /// `EINVAL`.
    public static let invalid = InterfaceError.number(EINVAL)
    /// `ENOMEM`.
    public static let noMemory = InterfaceError.number(ENOMEM)
    /// `ENOTDIR`.
    public static let notDirectory = InterfaceError.number(ENOTDIR)
    /// `ENOENT`.
    public static let notFound = InterfaceError.number(ENOENT)
    /// `EPERM`.
    public static let notPermitted = InterfaceError.number(EPERM)
    /// `EFBIG`.
    public static let tooLarge = InterfaceError.number(EFBIG)

    /// Creates the error with a number of `<errno.h>`.
    public static func number(_ number: Int32) -> InterfaceError {
        .system(Errno(rawValue: number))
    }

    /// The errno that the caller gets.
    public var errno: Int32 {
        switch self {
        case .system(let error): error.rawValue
        case .oops: EIO
        }
    }

    /// The name for the log.
    public var name: String {
        switch self {
        case .system(let error): error.name.map { String(cString: $0) } ?? "\(error.rawValue)"
        case .oops: "OOPS"
        }
    }

    /// Creates the error with an errno's name.
    ///
    /// - Parameter name: The name as in `<errno.h>`.
    /// - Returns: `nil` for a name that is none.
    public init?(name: String) {
        let numbers: ClosedRange<Int32> = 1...133
        let errors = numbers.map { Errno(rawValue: $0) }
        guard let error = errors.first(where: { $0.name.map { String(cString: $0) } == name })
        else { return nil }
        self = .system(error)
    }
}
