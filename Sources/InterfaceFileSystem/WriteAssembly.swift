import DigestList

/// Makes operations of the pieces that FUSE cuts writes into.
///
/// For the kernel's own interface one write is one operation, at position 0, which does not move.
/// FUSE moves the position, and it cuts what is larger than the limit of the connection, without
/// a word on how much is to come. So a piece that may have been cut is held while the list in it
/// is not complete; where the list ends just where a piece does, the next piece is an operation
/// of its own.
struct WriteAssembly {
    /// What has become of a piece.
    enum Step: Equatable {
        /// It completes an operation.
        case whole([UInt8])
        /// More has to come.
        case held
    }

    private let abi: ABI
    private let limit: Int
    private let appends: Bool
    private var start = 0
    private var end = 0
    private var held: [UInt8] = []

    /// Creates the assembly of one open file.
    ///
    /// - Parameters:
    ///   - abi: The numbering of types.
    ///   - limit: The size from which on a piece may have been cut, in bytes.
    ///   - appends: Whether the file is open with `O_APPEND`: the position is then whatever the
    ///     kernel takes for the file's end, and 0 for the kernel's own interface.
    init(abi: ABI, limit: Int, appends: Bool) {
        self.abi = abi
        self.limit = limit
        self.appends = appends
    }

    /// The size of what is held, in bytes.
    var heldSize: Int { held.count }

    /// Gives up what is held, unless the next piece follows on it.
    ///
    /// - Parameter offset: Where the next piece begins; `nil` for none.
    /// - Returns: What was held.
    mutating func abandon(unlessContinuedAt offset: Int?) -> [UInt8]? {
        guard !held.isEmpty, offset != start + held.count else { return nil }
        defer { held = [] }
        return held
    }

    /// Takes a piece.
    ///
    /// - Parameters:
    ///   - piece: The bytes.
    ///   - offset: Where they are to be written.
    /// - Throws: `EINVAL` where the position is not 0 in the eyes of the kernel's interface.
    mutating func take(
        _ piece: UnsafeRawBufferPointer, at offset: Int
    ) throws(InterfaceError) -> Step {
        if held.isEmpty {
            guard offset == 0 || offset == end || appends else { throw .invalid }
            start = offset
        }
        held += piece
        if piece.count >= limit, held.count < Interface.maximumAllocation, isIncomplete {
            return .held
        }
        defer { held = [] }
        return .whole(held)
    }

    /// Moves the position, as the kernel's FUSE does after a write without error.
    mutating func advance(by size: Int) { end = start + size }

    private var isIncomplete: Bool {
        var blocks = CompactBlocks(abi: abi)
        do {
            while try blocks.next(in: held.span.bytes) != nil {}
            return false
        } catch {
            return error == .truncatedHeader || error == .truncatedDigests
        }
    }
}
