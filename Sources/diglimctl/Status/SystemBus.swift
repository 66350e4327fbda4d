import CSystemd
import CommandLineTool
import Glibc
import LinuxFiles

/// The system bus, through libsystemd.
final class SystemBus {
    private let bus: OpaquePointer

    /// How long an answer may take, in microseconds.
    private static let timeout: UInt64 = 5_000_000

    /// Connects to the bus.
    ///
    /// - Throws: ``CommandError`` where there is none.
    init() throws(CommandError) {
        var bus: OpaquePointer?
        let result = sd_bus_open_system(&bus)
        guard result >= 0, let bus else {
            throw CommandError("no system bus: \(Errno(rawValue: -result).text)")
        }
        self.bus = bus
        sd_bus_set_method_call_timeout(bus, Self.timeout)
    }

    deinit { sd_bus_flush_close_unref(bus) }

    /// Reads a property of a systemd unit, a string.
    ///
    /// - Parameters:
    ///   - property: The property's name.
    ///   - interface: `Unit` or `Service`.
    ///   - unit: The unit's name.
    /// - Throws: ``CommandError`` where systemd does not tell.
    func string(
        _ property: String, _ interface: String, of unit: String
    ) throws(CommandError) -> String {
        var path: UnsafeMutablePointer<CChar>?
        guard sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path) >= 0, let path
        else { throw CommandError("\(unit): not the name of a unit") }
        defer { free(path) }
        var error = sd_bus_error()
        defer { sd_bus_error_free(&error) }
        var value: UnsafeMutablePointer<CChar>?
        let result = sd_bus_get_property_string(
            bus, "org.freedesktop.systemd1", path, "org.freedesktop.systemd1.\(interface)",
            property, &error, &value)
        guard result >= 0, let value else {
            let reason = error.message.map { Path(cString: $0).text }
            throw CommandError(
                "systemd does not tell: \(reason ?? Errno(rawValue: -result).text)")
        }
        defer { free(value) }
        return Path(cString: value).text
    }
}
