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

/// What the digests of a list are digests of, in the order of v2's numbers.
public enum ListType: Int, Sendable {
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
    public init?(number: UInt16, abi: ABI) { self.init(rawValue: Int(number) + abi.first.rawValue) }

    /// The number that stands for the type in a list's header.
    ///
    /// - Parameter abi: The numbering.
    /// - Returns: The number, in the machine's byte order; `nil` for a type that the ABI lacks.
    public func number(in abi: ABI) -> UInt16? { UInt16(exactly: rawValue - abi.first.rawValue) }
}

extension ABI {
    /// The type with the number 0.
    fileprivate var first: ListType { self == .v2 ? .key : .parser }
}
