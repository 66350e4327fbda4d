/// Something to wait for beside the kernel's requests.
public struct EventSource {
    let descriptor: Int32
    let handler: () throws(InterfaceError) -> Void

    /// Creates a source.
    ///
    /// - Parameters:
    ///   - descriptor: What becomes readable.
    ///   - handler: What to do then, as often as it is readable. What it throws, ends the session.
    public init(
        _ descriptor: Int32, handler: @escaping () throws(InterfaceError) -> Void
    ) {
        self.descriptor = descriptor
        self.handler = handler
    }
}
