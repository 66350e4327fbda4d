import CLinux
import CommandLineTool
import DigestList
import InterfaceFileSystem
import ListVerification

/// The lists that somebody trusted has signed, as a process of its own finds out.
final class SignedLists {
    private let process: VerificationProcess
    private var results: [Int: VerifiedList] = [:]

    /// Starts the process.
    ///
    /// - Parameters:
    ///   - directory: Where the lists' files are.
    ///   - keys: The directory with the certificates and keys of those who sign.
    ///   - abi: The numbering of types.
    ///   - messages: What tells of keys that cannot be used.
    /// - Throws: ``CommandError`` where there is nobody to trust.
    init(_ directory: Path, keys: Path, _ abi: ABI, _ messages: Messages) throws(CommandError) {
        let keys = try TrustedKeys(in: keys, messages)
        process = try VerificationProcess(
            ListVerifier(directory: directory, keys: keys, abi: abi))
    }

    /// Says what the list with a label is worth, as soon as that is known.
    func verify(_ label: Path) throws(InterfaceError) -> Answer<VerifiedList> {
        answer(to: process.request(label.bytes))
    }

    private func answer(to number: Int) -> Answer<VerifiedList> {
        takeResults()
        if let list = results.removeValue(forKey: number) { return .now(list) }
        return .later(descriptor: process.descriptor) { () throws(InterfaceError) in
            self.answer(to: number)
        }
    }

    /// Says what lists are worth, and waits until that is known.
    ///
    /// - Parameter labels: Their labels.
    /// - Returns: What each is worth, in the order of the labels.
    func verify(_ labels: [[UInt8]]) -> [VerifiedList] {
        let numbers = labels.map { process.request($0) }
        while !numbers.allSatisfy({ results[$0] != nil }) {
            var source = pollfd(fd: process.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&source, 1, -1)
            takeResults()
        }
        return numbers.compactMap { results.removeValue(forKey: $0) }
    }

    private func takeResults() {
        for (number, list) in process.takeResults() { results[number] = list }
    }
}
