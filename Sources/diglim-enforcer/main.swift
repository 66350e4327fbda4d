import CommandLineTool
import Glibc

openMissingDescriptors()
let messages = Messages(of: Command.enforcer.name)
do {
    let status = try Command.enforcer.perform(
        programArguments, invocation: "\(messages.program)", messages)
    exit(status.rawValue)
} catch {
    messages.failure(nil, error.text)
    exit(ExitStatus.failure.rawValue)
}
