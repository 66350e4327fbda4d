import KernelInterface
import LinuxFiles
import RPMHeader
import StaticProgram

/// Why a list ended as failed.
enum Failure: Error {
    case because(StaticString)
    /// The list was in the directory, and is no more.
    case gone
    case system(Errno)
    case header(RPMHeaderError)
    case interface(InterfaceError)

    static let notRegular = Failure.because("not a regular file")

    /// The failure to open a list.
    static func opening(_ error: Errno) -> Failure {
        switch error {
        case .noEntry: .gone
        case .crossDevice: .because("another file is mounted over it")
        default: .system(error)
        }
    }

    /// The failure in words.
    var message: Message {
        switch self {
        case .because(let reason): Message(reason)
        case .gone: Failure.system(.noEntry).message
        case .system(let errno): "cannot open: " + Message(errno)
        case .header(let error): Message(error)
        case .interface(let error): Message(error.step.reason) + Self.reason(error.errno)
        }
    }

    fileprivate static func reason(_ errno: Errno?) -> Message {
        errno.map { ": " + Message($0) } ?? ""
    }
}

extension Message {
    fileprivate init(_ error: RPMHeaderError) {
        self = error.tag.map { Message($0.label) + ": " } ?? ""
        add(Message(error.problem.reason))
        if case .system(let errno) = error.problem { add(Failure.reason(errno)) }
        if let value = error.value {
            add(" ")
            add(value)
        }
    }
}
