import CommandLineTool

/// What was done, or found, for each list.
struct Summary: Encodable {
    /// The lists, in the order of the executables.
    var lists: [List]
    /// What failed.
    var failures: [Messages.Failure]

    /// One list.
    struct List: Encodable {
        /// The list's path.
        var file: String
        /// The path of the executable.
        var executable: String
        /// The executable's digest, in hexadecimal.
        var digest: String
        /// What became of the list, or what it is found to be.
        var result: Result
        /// Whether it has a signature.
        var signed: Bool
        /// The subject of the signer's certificate; `nil` where the signature was not checked, or
        /// is not good.
        var signer: String?

        /// Describes a list.
        ///
        /// - Parameters:
        ///   - list: The list.
        ///   - directory: Where it is.
        ///   - result: What became of it, or what it is found to be.
        ///   - signed: Whether it has a signature.
        ///   - signer: The subject of the signer's certificate.
        init(
            _ list: ParserList, in directory: Path, _ result: Result, signed: Bool,
            signer: String? = nil
        ) {
            file = directory.appending(list.name).text
            executable = list.executable.path.text
            digest = hexadecimal(list.executable.digest)
            self.result = result
            self.signed = signed
            self.signer = signer
        }

        /// The list as a line for people.
        var text: String { "\(file): \(result)\(signature)" }

        private var signature: String {
            if result == .bad { return "" }
            if let signer { return ", signed by \(signer)" }
            return signed ? ", signature not checked" : ", not signed"
        }
    }

    /// What became of a list, or what it is found to be.
    enum Result: String, Encodable {
        /// It is new, or different from the one that was there.
        case written
        /// It was there already.
        case unchanged
        /// It is the executable's list, and its signature is good if it was to be checked.
        case good
        /// It is not.
        case bad
    }
}
