/// The command line, as the C library hands it to the functions that run before `main`:
/// Embedded Swift has no `CommandLine`.
enum Arguments {
    typealias Vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    nonisolated(unsafe) fileprivate static var count: Int32 = 0
    nonisolated(unsafe) fileprivate static var vector: Vector?

    /// The arguments after the program's name.
    static var all: [UnsafePointer<CChar>] {
        guard let vector, count > 1 else { return [] }
        return (1..<Int(count)).compactMap { vector[$0].map { UnsafePointer($0) } }
    }
}

@section(".init_array")
@used
private let keepArguments: @convention(c) (Int32, Arguments.Vector?, Arguments.Vector?) -> Void =
    keep

private func keep(count: Int32, vector: Arguments.Vector?, environment: Arguments.Vector?) {
    Arguments.count = count
    Arguments.vector = vector
}
