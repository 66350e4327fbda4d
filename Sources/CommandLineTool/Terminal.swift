import Glibc

/// What a terminal that shows a standard descriptor can do.
public enum Terminal {
    /// Whether a terminal shows what is written, and can go back to the start of a line.
    ///
    /// - Parameter descriptor: A standard descriptor.
    public static func shows(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && variable("TERM") != "dumb"
    }

    /// Text that stands out, where a terminal shows it and `NO_COLOR` does not forbid it.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - descriptor: Where it is written.
    public static func emphasized(_ text: String, on descriptor: Int32) -> String {
        guard shows(descriptor), variable("NO_COLOR") ?? "" == "" else { return text }
        return "\u{1b}[1m\(text)\u{1b}[0m"
    }

    /// The number of characters in a line.
    ///
    /// - Parameter descriptor: The terminal.
    public static func width(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
