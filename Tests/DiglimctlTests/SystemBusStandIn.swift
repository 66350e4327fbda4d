import BlackBox
import CSystemd
import Foundation
import Synchronization
import Testing

/// A bus with somebody on it who tells of units as systemd does.
final class SystemBusStandIn {
    /// The bus's address, as `DBUS_SYSTEM_BUS_ADDRESS` has it.
    let address: String
    private let directory: TemporaryDirectory
    private let daemon: RunningProgram
    private var service: Service?

    /// Whether there is a program to run a bus with.
    static let isAvailable = (try? runProgram("dbus-daemon", ["--version"]).status) == 0

    private static let configuration = """
        <busconfig>
          <listen>unix:path=PATH</listen>
          <auth>EXTERNAL</auth>
          <policy context="default">
            <allow send_destination="*" eavesdrop="true"/>
            <allow eavesdrop="true"/>
            <allow own="*"/>
          </policy>
        </busconfig>
        """

    /// Starts the bus, and who tells.
    ///
    /// - Parameter properties: The properties of the unit, all of them strings; `nil` for a bus
    ///   without systemd.
    init(_ properties: [String: String]?) throws {
        directory = try TemporaryDirectory()
        let socket = directory.path("bus")
        address = "unix:path=\(socket)"
        let configuration = try directory.write(
            Self.configuration.replacingOccurrences(of: "PATH", with: socket), to: "bus.conf")
        daemon = try Command("dbus-daemon", ["--nofork", "--config-file", configuration]).start()
        let address = address
        try wait { Self.accepts(address) }
        service = nil
        if let properties { service = try Service(properties, on: address) }
    }

    private static func accepts(_ address: String) -> Bool {
        var bus: OpaquePointer?
        sd_bus_new(&bus)
        defer { sd_bus_close_unref(bus) }
        return sd_bus_set_address(bus, address) >= 0 && sd_bus_start(bus) >= 0
    }

    deinit {
        service?.end()
        daemon.send(SIGTERM)
    }
}

/// Who tells of a unit, on a thread of its own.
private final class Service: @unchecked Sendable {
    private let properties: [String: String]
    private let bus: OpaquePointer
    private let hasEnded = DispatchSemaphore(value: 0)
    private let isAsked = Atomic(false)

    init(_ properties: [String: String], on address: String) throws {
        self.properties = properties
        var bus: OpaquePointer?
        try #require(sd_bus_new(&bus) >= 0)
        self.bus = try #require(bus)
        try #require(sd_bus_set_address(bus, address) >= 0)
        try #require(sd_bus_set_bus_client(bus, 1) >= 0)
        try #require(sd_bus_start(bus) >= 0)
        let path = "/org/freedesktop/systemd1/unit/diglim_2dparser_2eservice"
        let own = Unmanaged.passUnretained(self).toOpaque()
        try #require(sd_bus_add_object(bus, nil, path, answerProperty, own) >= 0)
        try #require(sd_bus_request_name(bus, "org.freedesktop.systemd1", 0) >= 0)
        Thread.detachNewThread { self.serve() }
    }

    private func serve() {
        while !isAsked.load(ordering: .relaxed) {
            if sd_bus_process(bus, nil) == 0 { sd_bus_wait(bus, 20_000) }
        }
        sd_bus_flush_close_unref(bus)
        hasEnded.signal()
    }

    /// Ends the thread.
    func end() {
        isAsked.store(true, ordering: .relaxed)
        hasEnded.wait()
    }

    func value(of property: String) -> String? { properties[property] }
}

/// Answers `org.freedesktop.DBus.Properties.Get`.
private func answerProperty(
    _ message: OpaquePointer?, _ service: UnsafeMutableRawPointer?,
    _ error: UnsafeMutablePointer<sd_bus_error>?
) -> Int32 {
    guard let service,
        sd_bus_message_is_method_call(message, "org.freedesktop.DBus.Properties", "Get") > 0,
        let interface = string(in: message), let property = string(in: message),
        interface.hasPrefix("org.freedesktop.systemd1.")
    else { return 0 }
    let teller = Unmanaged<Service>.fromOpaque(service).takeUnretainedValue()
    let kind = interface.dropFirst("org.freedesktop.systemd1.".count)
    guard let value = teller.value(of: "\(kind).\(property)") else { return 0 }
    var reply: OpaquePointer?
    sd_bus_message_new_method_return(message, &reply)
    defer { sd_bus_message_unref(reply) }
    let type = CChar(UInt8(ascii: "s"))
    sd_bus_message_open_container(reply, CChar(UInt8(ascii: "v")), "s")
    _ = value.withCString { sd_bus_message_append_basic(reply, type, $0) }
    sd_bus_message_close_container(reply)
    return sd_bus_send(nil, reply, nil)
}

private func string(in message: OpaquePointer?) -> String? {
    var value: UnsafePointer<CChar>?
    let type = CChar(UInt8(ascii: "s"))
    guard sd_bus_message_read_basic(message, type, &value) > 0 else { return nil }
    return value.map { String(cString: $0) }
}
