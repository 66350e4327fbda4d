import CLinux
import LinuxFiles

/// The options of a command line, taken one by one, and the words between them.
///
/// A value stands behind an equals sign or in the next argument, and `--` ends the options.
public struct OptionReader {
    private var rest: ArraySlice<UnsafePointer<CChar>>
    private var option: UnsafePointer<CChar>
    /// The arguments that are no options, as far as they were read.
    public private(set) var words: [UnsafePointer<CChar>] = []

    /// Begins with all of them.
    ///
    /// - Parameter arguments: The arguments after the program's name.
    public init(_ arguments: [UnsafePointer<CChar>]) {
        rest = arguments[...]
        option = StaticString("").cString
    }

    /// Goes to the next option.
    ///
    /// - Returns: `false` where there is none.
    /// - Throws: ``Answer`` for the options that every program has: `--help` and `--version`.
    public mutating func next() throws(Answer) -> Bool {
        while let argument = rest.popFirst() {
            if strcmp(argument, "--") == 0 {
                words.append(contentsOf: rest)
                return false
            }
            guard argument[0] == CChar(UInt8(ascii: "-")) else {
                words.append(argument)
                continue
            }
            option = argument
            if has("--help", "-h") { throw .help }
            if has("--version", "-V") { throw .version }
            return true
        }
        return false
    }

    /// Whether the option is one without a value.
    ///
    /// - Parameters:
    ///   - name: The option.
    ///   - short: What stands for it, too.
    public func has(_ name: StaticString, _ short: StaticString? = nil) -> Bool {
        strcmp(option, name.cString) == 0 || short.map { strcmp(option, $0.cString) == 0 } == true
    }

    /// The value of the option, if it is the one with a name.
    ///
    /// - Parameter name: The option.
    /// - Throws: ``Answer`` where the value is missing.
    public mutating func value(of name: StaticString) throws(Answer) -> UnsafePointer<CChar>? {
        let length = name.utf8CodeUnitCount
        guard strncmp(option, name.cString, length) == 0 else { return nil }
        if option[length] == CChar(UInt8(ascii: "=")) { return option + length + 1 }
        guard option[length] == 0 else { return nil }
        guard let value = rest.popFirst() else {
            throw .wrong(Message("no value given to ", option))
        }
        return value
    }

    /// The value of the option as a number, if the option is the one with a name.
    ///
    /// - Parameters:
    ///   - name: The option.
    ///   - reason: What is told where it is none.
    /// - Throws: ``Answer`` where the value is missing, or not such a number.
    public mutating func number(
        of name: StaticString, orElse reason: StaticString
    ) throws(Answer) -> UInt32? {
        guard let text = try value(of: name) else { return nil }
        guard let number = decimal(text).flatMap({ UInt32(exactly: $0) }) else {
            throw .wrong(Message(reason, text))
        }
        return number
    }

    /// What is answered to an option that the program does not have.
    public var unknown: Answer { .wrong(Message("unknown option: ", option)) }
}
