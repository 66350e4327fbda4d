/// The command line, as the C library hands it to the functions that run before `main`:
/// Embedded Swift has no `CommandLine`.
public enum Arguments {
    /// The form of a function that the C library calls before `main`, with the environment as the
    /// last argument.
    public typealias Start = @convention(c) (Int32, Vector?, Vector?) -> Void
    /// Strings, and `nil` behind them.
    public typealias Vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    nonisolated(unsafe) private static var count: Int32 = 0
    nonisolated(unsafe) private static var vector: Vector?

    /// The arguments after the program's name.
    public static var all: [UnsafePointer<CChar>] {
        guard let vector, count > 1 else { return [] }
        return (1..<Int(count)).compactMap { vector[$0].map { UnsafePointer($0) } }
    }

    /// Keeps the command line; for the program to have called in its section `.init_array`.
    ///
    /// - Parameters:
    ///   - count: The number of arguments, the program's name included.
    ///   - vector: The arguments.
    public static func keep(count: Int32, vector: Vector?) {
        self.count = count
        self.vector = vector
    }
}
