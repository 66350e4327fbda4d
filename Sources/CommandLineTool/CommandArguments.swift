import CGlibc

/// The arguments of a subcommand, taken apart by `getopt_long(3)`.
public struct CommandArguments {
    /// The arguments that are no options.
    public private(set) var operands: [Path] = []
    private var flags: Set<String> = []
    private var values: [String: [Path]] = [:]

    /// Takes a command line apart.
    ///
    /// - Parameters:
    ///   - arguments: The subcommand's name and what follows it.
    ///   - options: The options that there are.
    ///   - program: The program's name, for messages.
    /// - Throws: ``UsageError`` for an option that is not one, which has been told then, or an
    ///   empty argument.
    public init(
        _ arguments: [UnsafeMutablePointer<CChar>], options: [CommandOption],
        program: StaticString
    ) throws(UsageError) {
        let table = options.enumerated().map { Self.entry($1, number: $0) } + [Self.end]
        var vector = Self.vector(arguments, program)
        let count = Int32(arguments.count)
        while true {
            let number = getopt_long(count, &vector, "", table, nil)
            if number == -1 { break }
            guard options.indices.contains(Int(number) - 1) else { throw UsageError() }
            let name = "\(options[Int(number) - 1].name)"
            if let value = cglibc_getopt_argument() {
                // An empty one is mostly a variable that is not set, and "" no place to work in.
                guard value.pointee != 0 else { throw UsageError(text: "--\(name) is empty") }
                values[name, default: []].append(Path(cString: value))
            } else {
                flags.insert(name)
            }
        }
        operands = vector[Int(cglibc_getopt_index())..<arguments.count].compactMap { argument in
            argument.map { Path(cString: $0) }
        }
    }

    /// Whether an option without an argument is there.
    ///
    /// - Parameter name: The option's name.
    public func has(_ name: String) -> Bool { flags.contains(name) }

    /// The argument of an option, the last one where it is there more than once.
    ///
    /// - Parameter name: The option's name.
    public func value(of name: String) -> Path? { values[name]?.last }

    /// The arguments of an option that may be there more than once, in their order.
    ///
    /// - Parameter name: The option's name.
    public func values(of name: String) -> [Path] { values[name] ?? [] }

    /// getopt's messages begin with the first argument, so the program's name takes its place.
    private static func vector(
        _ arguments: [UnsafeMutablePointer<CChar>], _ program: StaticString
    ) -> [UnsafeMutablePointer<CChar>?] {
        let mutableName = UnsafeMutableRawPointer(mutating: program.utf8Start)
            .assumingMemoryBound(to: CChar.self)
        return [mutableName] + arguments.dropFirst() + [nil]
    }

    private static func entry(_ option: CommandOption, number: Int) -> option {
        CGlibc.option(
            name: UnsafeRawPointer(option.name.utf8Start).assumingMemoryBound(to: CChar.self),
            has_arg: option.argument == nil ? no_argument : required_argument, flag: nil,
            val: Int32(number) + 1)
    }

    private static var end: option { CGlibc.option(name: nil, has_arg: 0, flag: nil, val: 0) }
}
