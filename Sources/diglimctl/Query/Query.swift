import CommandLineTool
import DigestList
import FileDigests
import Glibc
import KernelInterface

extension Command {
    /// `diglimctl query`: whether files or digests are known to the kernel.
    static let query = Command(
        name: "query",
        summary: "Tells whether the kernel knows files or digests.",
        usage: """
            Usage: diglimctl query [OPTION]... FILE|DIGEST...

            Asks the kernel for files, by their digests in every algorithm that is loaded,
            or for digests, and tells whether they are known, whether such a file may
            change, and which lists they are from. DIGEST is as in sha256-0123... or
            digits alone, whose number tells the algorithm. A file that is named like a
            digest is given as ./NAME. Of a list that combines those of packages, the RPM
            digest lists beside it or the database tell the package.
            """,
        options: [
            .interface, .directory, .database, .verbose("notices"), .flag("json", "print JSON"),
        ],
        operands: .file,
        notes: """
            The exit status is 0 only if all are known.
            """,
        run: { try runQuery(QueryOptions($0), $1) })
}

/// What the command line of `diglimctl query` asks for.
private struct QueryOptions {
    var interface: Path?
    var directory: Path
    var database: DatabaseLocation
    var operands: [Path]
    var json: Bool

    init(_ arguments: CommandArguments) throws(UsageError) {
        interface = arguments.value(of: "interface")
        directory = arguments.value(of: "directory") ?? InstalledPaths.lists
        database = arguments.value(of: "dbpath").map { .directory($0) } ?? .machine
        operands = arguments.operands
        json = arguments.has("json")
        if operands.isEmpty { throw UsageError(text: "no file and no digest") }
    }
}

private func runQuery(
    _ options: QueryOptions, _ messages: Messages
) throws(CommandError) -> ExitStatus {
    var interface = try Interface(at: Interface.place(options.interface))
    let algorithms = try LoadedState(of: interface).algorithms
    let index = PackageIndex(options.directory, options.database, messages)
    var results: [QueryResult] = []
    for operand in options.operands {
        var result = QueryResult(operand: operand.text)
        do throws(CommandError) {
            let digests = try QueryOperand(operand).digests(in: algorithms) {
                messages.repeatedNotice(operand.text, $0)
            }
            for (algorithm, digest) in digests {
                let answers = try interface.answers(on: digest, algorithm)
                result.add(digest, algorithm, answers, index)
            }
        } catch {
            result.error = error.text
            messages.failure(operand.text, error.text)
        }
        results.append(result)
        if !options.json, result.error == nil { try StandardOutput.write(result.text) }
    }
    if options.json { try StandardOutput.write(json: results) }
    return results.allSatisfy(\.known) ? .success : .failure
}
