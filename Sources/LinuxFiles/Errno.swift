import CLinux

/// An error number of a system call.
public struct Errno: Error, Equatable, Sendable {
    /// The number, as in `<errno.h>`.
    public var rawValue: Int32

    /// Creates an error from its number.
    ///
    /// - Parameter rawValue: The number, as in `<errno.h>`.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The error of the system call that failed last.
    public static var current: Errno { Errno(rawValue: clinux_errno()) }

    /// Interrupted by a signal.
    public static let interrupted = Errno(rawValue: EINTR)
    /// No such file or directory.
    public static let noEntry = Errno(rawValue: ENOENT)
    /// Not a directory.
    public static let notDirectory = Errno(rawValue: ENOTDIR)
    /// The file exists; of a digest list: it is loaded already.
    public static let exists = Errno(rawValue: EEXIST)
    /// The device or resource is busy; of the interface: somebody else has it open.
    public static let busy = Errno(rawValue: EBUSY)
    /// Out of memory; of an upload: no contiguous memory of that size.
    public static let noMemory = Errno(rawValue: ENOMEM)
    /// On another file system.
    public static let crossDevice = Errno(rawValue: EXDEV)
    /// The file is too large.
    public static let fileTooLarge = Errno(rawValue: EFBIG)

    /// The error's symbol, such as `EBUSY`; `nil` for a number that the C library does not know.
    public var name: UnsafePointer<CChar>? { strerrorname_np(rawValue) }

    /// The error in words, untranslated; `nil` for a number that the C library does not know.
    public var reason: UnsafePointer<CChar>? { strerrordesc_np(rawValue) }
}

/// Throws another error in the place of one.
///
/// - Parameters:
///   - outer: Makes the other error.
///   - body: What fails.
/// - Returns: What the body returns.
/// - Throws: The other error.
public func rethrowing<Result: ~Copyable, Inner: Error, Outer: Error>(
    as outer: (Inner) -> Outer, _ body: @autoclosure () throws(Inner) -> Result
) throws(Outer) -> Result {
    do throws(Inner) { return try body() } catch { throw outer(error) }
}

/// Repeats a system call for as long as signals interrupt it.
///
/// - Parameter call: The call; a negative result says that `errno` tells the error.
/// - Returns: What the call returned.
/// - Throws: The call's error.
func retrying<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        let error = Errno.current
        if error != .interrupted { throw error }
    }
}
