import PackageHeader

extension PackageHeaderError {
    /// The error as a sentence.
    var text: String {
        if case .header(let error) = self { return error.text }
        return "\(reason)"
    }
}
