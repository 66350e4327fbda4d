/// One of the two numberings of list types that kernels with DIGLIM use.
///
/// A FILE list with v3's number would load every file as a parser on a v2 kernel, so the ABI is
/// never guessed: the interface directory tells which one it is.
public enum ABI: Sendable {
    /// The patch set of July 2021; its label file is called `digest_label`.
    case v2
    /// The patch set of September 2021 and DIGLIM eBPF; its label file is called
    /// `digest_list_label`.
    case v3
}

/// What the digests of a list are digests of.
public enum ListType: Sendable {
    /// Keys; a type of v2 only.
    case key
    /// Executables that the kernel lets upload digest lists.
    case parser
    /// Contents of files.
    case file
    /// Metadata of files.
    case metadata

    /// Creates the type with a number from a list's header.
    ///
    /// - Parameters:
    ///   - number: The number, in the machine's byte order.
    ///   - abi: The numbering.
    /// - Returns: `nil` where the kernel refuses the number in an upload.
    public init?(number: UInt16, abi: ABI) {
        switch (abi, number) {
        case (.v2, 0): self = .key
        case (.v2, 1), (.v3, 0): self = .parser
        case (.v2, 2), (.v3, 1): self = .file
        case (.v2, 3), (.v3, 2): self = .metadata
        default: return nil
        }
    }

    /// The number that stands for the type in a list's header.
    ///
    /// - Parameter abi: The numbering.
    /// - Returns: The number, in the machine's byte order; `nil` for a type that the ABI lacks.
    public func number(in abi: ABI) -> UInt16? {
        switch (self, abi) {
        case (.key, .v2), (.parser, .v3): 0
        case (.parser, .v2), (.file, .v3): 1
        case (.file, .v2), (.metadata, .v3): 2
        case (.metadata, .v2): 3
        case (.key, .v3): nil
        }
    }

    /// The word for the type in a digest list's file name.
    public var name: StaticString {
        switch self {
        case .key: "key"
        case .parser: "parser"
        case .file: "file"
        case .metadata: "metadata"
        }
    }
}
