import LinuxFiles

/// A string for C, with the NUL at its end.
typealias CString = [CChar]

/// Makes a string for C.
///
/// - Parameter bytes: The string's bytes, without a NUL.
func cString(_ bytes: some Sequence<UInt8>) -> CString {
    bytes.map { CChar(bitPattern: $0) } + [0]
}

/// Makes a string for C.
///
/// - Parameter text: The string.
func cString(_ text: StaticString) -> CString { cString(bytes(of: text.cString)) }

/// Joins two strings.
///
/// - Parameters:
///   - start: The beginning.
///   - end: The end.
func join(_ start: CString, _ end: UnsafePointer<CChar>) -> CString {
    start.dropLast() + cString(bytes(of: end))
}
