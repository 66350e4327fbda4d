import Foundation
import Testing

/// A device of the kernel's that takes messages.
public enum MessageDevice: String, Sendable {
    case kernelLog = "kmsg"
    case console

    /// The device's number.
    fileprivate var number: dev_t {
        switch self {
        case .kernelLog: 1 << 8 | 11
        case .console: 5 << 8 | 1
        }
    }

    /// The device's path, from the root that it is in.
    public var path: String { "/dev/\(rawValue)" }
}

extension TemporaryDirectory {
    /// Makes the real device in `/dev` of this root: what is written to it has left the test.
    public func makeDevice(_ device: MessageDevice) throws {
        try makeDirectory("/dev")
        guard mknod(path(device.path), S_IFCHR | 0o600, device.number) == 0 else {
            throw CommandError("\(device.path): \(errorName(errno))")
        }
    }
}

extension [SystemCall] {
    /// What was written to a file, call by call.
    ///
    /// - Parameter path: The file's path.
    public func writes(to path: String) -> [String] {
        compactMap { call -> String? in
            guard call.name == "write",
                let match = call.arguments.firstMatch(of: /^[0-9]+<(.*?)>, "(.*)", [0-9]+$/),
                match.1 == path
            else { return nil }
            return String(match.2).replacing("\\n", with: "\n").replacing("\\\"", with: "\"")
                .replacing("\\\\", with: "\\")
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where devices cannot be made and opened, or programs not be traced that write
    /// to them.
    public static var needsDevices: Self {
        .enabled(if: canTrace && canOpenDevices, "no device can be made and opened here, or traced")
    }
}

private let canOpenDevices: Bool = {
    guard let root = try? TemporaryDirectory() else { return false }
    return [MessageDevice.kernelLog, .console].allSatisfy { device in
        guard (try? root.makeDevice(device)) != nil else { return false }
        let descriptor = open(root.path(device.path), O_WRONLY | O_NOCTTY | O_CLOEXEC)
        close(descriptor)
        return descriptor >= 0
    }
}()
