/// An option of a command, in its long form; there are no others.
public struct CommandOption: Sendable {
    /// The option's name without the two hyphens.
    public var name: StaticString
    /// The argument that follows; `nil` where none does.
    public var argument: Argument?
    /// What it does, for the help and for shells that complete it.
    public var summary: String

    /// What follows an option.
    public struct Argument: Sendable {
        /// What the help calls it.
        public var name: String
        /// What it stands for.
        public var kind: ArgumentKind
    }

    /// An option that stands alone.
    ///
    /// - Parameters:
    ///   - name: The option's name without the two hyphens.
    ///   - summary: What it does.
    public static func flag(_ name: StaticString, _ summary: String) -> CommandOption {
        CommandOption(name: name, summary: summary)
    }

    /// An option with an argument.
    ///
    /// - Parameters:
    ///   - name: The option's name without the two hyphens.
    ///   - argument: What the help calls the argument.
    ///   - kind: What the argument stands for.
    ///   - summary: What it does.
    public static func value(
        _ name: StaticString, _ argument: String, _ kind: ArgumentKind, _ summary: String
    ) -> CommandOption {
        CommandOption(
            name: name, argument: Argument(name: argument, kind: kind), summary: summary)
    }

    static let help = flag("help", "print this text")
    static let version = flag("version", "print the version")
    static let completion = value(
        "completion", "SHELL", .choice(Shell.allCases.map(\.rawValue)),
        "print what completes command lines in bash, zsh or fish")
}

/// Options under a heading of their own.
public struct OptionGroup: Sendable {
    /// The heading.
    public var heading: String
    /// The options.
    public var options: [CommandOption]

    /// Creates a group.
    ///
    /// - Parameters:
    ///   - heading: The heading.
    ///   - options: The options.
    public init(_ heading: String, _ options: [CommandOption]) {
        self.heading = heading
        self.options = options
    }
}

/// What an argument stands for, by which shells complete it.
public enum ArgumentKind: Sendable {
    /// Something that no shell knows.
    case text
    /// A file, or a directory with such files.
    case file
    /// A directory.
    case directory
    /// A private key: a file, or a `pkcs11:` URI.
    case key
    /// One of these words.
    case choice([String])
}
