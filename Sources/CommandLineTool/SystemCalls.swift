import Glibc
import LinuxFiles

extension Errno {
    /// The error in words, as a message ends with it.
    public var text: String {
        guard let reason else { return "error \(rawValue)" }
        return String(cString: reason)
    }
}

/// Repeats a system call for as long as signals interrupt it.
///
/// - Parameter call: The call; a negative result says that `errno` tells the error.
/// - Returns: What the call returned.
/// - Throws: ``Errno`` of the call.
@discardableResult
public func systemCall<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        let error = Errno.current
        if error != .interrupted { throw error }
    }
}

/// Writes bytes, all of them.
///
/// - Parameters:
///   - bytes: The bytes.
///   - descriptor: Where they go.
/// - Throws: ``Errno`` of `write(2)`.
public func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = try systemCall {
            rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        }
        rest = rest.dropFirst(count)
    }
}

/// Opens `/dev/null` in the place of standard descriptors that are closed.
///
/// Otherwise the first file that is opened would get the number of one, and messages would end up
/// in it.
public func openMissingDescriptors() {
    while true {
        let descriptor = open("/dev/null", O_RDWR)
        guard (0...STDERR_FILENO).contains(descriptor) else {
            if descriptor >= 0 { close(descriptor) }
            return
        }
    }
}
