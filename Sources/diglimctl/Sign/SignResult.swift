import CommandLineTool

/// What `diglimctl sign` has done with a file.
struct SignResult: Encodable {
    /// The file's path, as it was given.
    var file: String
    /// What has become of the file.
    var result: Result
    /// Why it was not signed.
    var error: String?

    /// What can become of a file.
    enum Result: String, Encodable {
        /// It has a signature now.
        case signed
        /// It has another signature than before.
        case replaced
        /// It had this very signature.
        case unchanged
        /// It is as it was.
        case failed
    }
}
