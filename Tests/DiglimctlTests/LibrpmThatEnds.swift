import BlackBox

/// A library that ends the program where it calls librpm's OpenPGP code, as that may do itself.
struct LibrpmThatEnds {
    private let directory: TemporaryDirectory

    /// Makes the library.
    ///
    /// - Parameter functions: Definitions in C, each in the place of one of librpm's functions.
    init(_ functions: String) throws {
        directory = try TemporaryDirectory()
        let source = try directory.write(
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <stdint.h>
            #include <stdlib.h>
            #include <string.h>
            #define ORIGINAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
            const uint8_t *pgpDigParamsSignID(void *);
            \(functions)

            """, to: "ends.c")
        try output(
            of: "cc", "-shared", "-fPIC", "-o", directory.path("ends.so"), source, "-ldl")
    }

    /// Runs `diglimctl` with the library.
    func run(_ arguments: [String]) throws -> Outcome {
        try runProgram(
            "env", ["LD_PRELOAD=" + directory.path("ends.so"), Program.diglimctl.path] + arguments)
    }

    /// A key's ID as an array in C.
    static func array(_ keyID: String) -> String {
        let digits = Array(keyID)
        return stride(from: 0, to: digits.count, by: 2).map { "0x\(digits[$0])\(digits[$0 + 1])" }
            .joined(separator: ", ")
    }
}
