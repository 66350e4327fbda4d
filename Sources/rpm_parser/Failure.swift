import KernelInterface
import LinuxFiles
import RPMHeader
import StaticProgram

/// Why a list ended as failed.
enum Failure: Error {
    /// The name is not `<position>-<type>_list-rpm-<name>`.
    case name
    /// The kernel cannot hold the name in a label.
    case label
    case symbolicLink, notRegular
    /// The list was in the directory, and is no more.
    case gone
    /// Another file is mounted over the list.
    case mounted
    /// The directory is on a file system whose files the kernel lets parsers read unseen.
    case unseen
    /// A signal has asked the program to end.
    case interrupted
    case system(Errno)
    case header(RPMHeaderError)
    case interface(InterfaceError)

    /// The failure in words.
    var message: Message {
        var message = Message()
        switch self {
        case .name: message.add("not the name of an RPM digest list")
        case .label: message.add("the name has a character that the kernel refuses in a label")
        case .symbolicLink: message.add("a symbolic link, not a file")
        case .notRegular: message.add("not a regular file")
        case .gone: return Failure.system(.noEntry).message
        case .mounted: message.add("another file is mounted over it")
        case .unseen: message.add("on procfs or securityfs, where IMA does not see what is read")
        case .interrupted: message.add("interrupted, the lists after the last one are not done")
        case .system(let errno):
            message.add("cannot open: ")
            message.add(errno)
        case .header(let error): message.add(error)
        case .interface(let error): message.add(error)
        }
        return message
    }
}

extension Message {
    fileprivate mutating func add(_ error: RPMHeaderError) {
        if let tag = error.tag {
            add(tag.label)
            add(": ")
        }
        add(error.problem.reason)
        if case .system(let errno) = error.problem {
            add(": ")
            add(errno)
        }
        if let value = error.value {
            add(" ")
            add(value)
        }
    }

    mutating func add(_ error: InterfaceError) {
        add(error.step.reason)
        if let errno = error.errno {
            add(": ")
            add(errno)
        }
    }
}
