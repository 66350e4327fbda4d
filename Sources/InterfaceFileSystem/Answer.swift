/// What is there at once, or later: until then others get their answers.
public enum Answer<Value> {
    /// It is there.
    case now(Value)
    /// It is not there before the descriptor is readable.
    ///
    /// Then the function is called, which may answer that it is still to come. Until then the
    /// descriptor has to be open.
    case later(descriptor: Int32, () throws(InterfaceError) -> Answer<Value>)

    /// Goes on with the value, as soon as it is there.
    ///
    /// - Parameter next: What to do with it.
    /// - Returns: The answer of what comes next.
    public func then<Next>(
        _ next: @escaping (Value) throws(InterfaceError) -> Answer<Next>
    ) throws(InterfaceError) -> Answer<Next> {
        switch self {
        case .now(let value):
            return try next(value)
        case .later(let descriptor, let answer):
            return .later(descriptor: descriptor) { () throws(InterfaceError) in
                try answer().then(next)
            }
        }
    }
}
