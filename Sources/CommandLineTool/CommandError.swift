/// A command line that makes no sense.
public struct UsageError: Error {
    /// What is wrong with it; `nil` where that has been said.
    public var text: String?

    /// Creates an error.
    ///
    /// - Parameter text: What is wrong with the command line; `nil` where that has been said.
    public init(text: String? = nil) { self.text = text }
}

/// What keeps a file, a package or a whole command from being done.
public struct CommandError: Error {
    /// What is wrong, in words.
    public var text: String

    /// Creates an error.
    ///
    /// - Parameter text: What is wrong, in words.
    public init(_ text: String) { self.text = text }
}
