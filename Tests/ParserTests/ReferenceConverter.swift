import BlackBox
import Foundation

/// A converter that shares no code with the program, librpm included.
enum ReferenceConverter {
    /// Converts the RPM digest lists of a directory.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - abi: `v2` or `v3`.
    /// - Returns: The compact lists by name; an empty one where a list has no digests.
    static func convert(_ directory: String, abi: String = "v3") throws -> [String: [UInt8]] {
        let target = try TemporaryDirectory()
        let script = Bundle.module.path(forResource: "reference-converter", ofType: "py")
        try output(of: "python3", script ?? "", abi, directory, target.path)
        return Dictionary(
            uniqueKeysWithValues: try target.names().map { ($0, try target.bytes(of: $0)) })
    }
}
