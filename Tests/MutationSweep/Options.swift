/// What the command line asks for.
struct Options {
    /// Directories of RPM digest lists to start from.
    var lists: [String] = []
    /// Directories of RPM packages to start from.
    var packages: [String] = []
    /// How many mutants there are.
    var mutants = 200_000
    /// The number of the first mutant.
    var first = 0
    /// What decides on all mutants.
    var seed: UInt64 = 1
    /// Where to put the last mutant, if anywhere.
    var save: String?

    /// What the command line is otherwise.
    enum Other: Error {
        case help
        case wrong(String)
    }

    /// Reads the command line.
    ///
    /// - Parameter arguments: The arguments after the program's name.
    init(_ arguments: some Sequence<String>) throws(Other) {
        var rest = Array(arguments)[...]
        while let option = rest.popFirst() {
            if option == "--help" { throw .help }
            guard let value = rest.popFirst() else { throw .wrong("no value given to \(option)") }
            switch option {
            case "--lists": lists.append(value)
            case "--packages": packages.append(value)
            case "--mutants": mutants = try Self.number(value)
            case "--first": first = try Self.number(value)
            case "--seed": seed = UInt64(try Self.number(value))
            case "--save": save = value
            default: throw .wrong("unknown option: \(option)")
            }
        }
    }

    private static func number(_ text: String) throws(Other) -> Int {
        guard let number = Int(text), number >= 0 else { throw .wrong("not a number: \(text)") }
        return number
    }

    /// What `--help` prints.
    static let help = """
        usage: mutation-sweep [--lists DIR]... [--packages DIR]... [options]

        Changes the headers of real packages, and runs each mutant through the
        conversion to a compact list. Whatever comes out is compared with a reading
        in the plainest way. Best built with AddressSanitizer (make sweep).

          --lists DIR      RPM digest lists to start from
          --packages DIR   RPM packages to start from
          --mutants N      how many mutants (default: 200000)
          --seed N         what decides on all mutants (default: 1)
          --first N        the number of the first mutant (default: 0)
          --save FILE      put the last mutant into FILE, to look at one that was found
          --help           print this text

        Exit status: 0 nothing was found, 1 something was, 2 wrong usage.
        """
}
