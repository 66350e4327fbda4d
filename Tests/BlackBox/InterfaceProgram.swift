/// A program that shows DIGLIM's interface in a directory.
public enum InterfaceProgram: Sendable {
    case emulator
    /// The enforcer, where root's lists count and nothing is enforced.
    case enforcer

    /// Those that are built; whether the emulator is, is for the tests' traits.
    public static let built: [InterfaceProgram] =
        Program.enforcer.isBuilt ? [.emulator, .enforcer] : [.emulator]

    /// The executable.
    var program: Program { self == .emulator ? .emulator : .enforcer }

    /// The options without which it is not comparable.
    var options: [String] { self == .emulator ? [] : ["--dry-run", "--unsigned"] }

    /// The actions of the lists that are added.
    public var actions: Int { self == .emulator ? 3 : 2 }

    /// The files beside DIGLIM's own, with their permissions.
    public var additionalFiles: [String: Int] {
        self == .emulator ? [:] : ["enforcement": 0o600]
    }
}
