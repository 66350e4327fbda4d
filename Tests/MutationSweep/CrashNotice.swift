import Glibc

/// Says which mutant it was when the process dies of one.
enum CrashNotice {
    nonisolated(unsafe) private static var seed: UInt64 = 0
    nonisolated(unsafe) private static var mutant = 0
    nonisolated(unsafe) private static var isOver = false

    /// Has the notice given from now on.
    static func start(seed: UInt64) {
        self.seed = seed
        let signals = [SIGILL, SIGTRAP, SIGABRT, SIGFPE]
        for number in signals {
            signal(number) { number in
                CrashNotice.give()
                Glibc.signal(number, SIG_DFL)
                raise(number)
            }
        }
        // With AddressSanitizer, the program ends after its report without a signal.
        typealias SetCallback = @convention(c) (@convention(c) () -> Void) -> Void
        if let setter = dlsym(nil, "__sanitizer_set_death_callback") {
            let setCallback = unsafeBitCast(setter, to: SetCallback.self)
            setCallback { CrashNotice.give() }
        }
    }

    /// Notes which mutant comes next.
    static func note(_ mutant: Int) { self.mutant = mutant }

    /// The options that bring the mutant back.
    static var recipe: String { "--seed \(seed) --first \(mutant) --mutants 1" }

    /// Has no notice given any more: what comes now is of no one mutant.
    static func end() { isOver = true }

    private static func give() {
        if !isOver { complain("repeat with \(recipe)") }
    }
}
