import BlackBox
import Testing

/// What is told of the service, with somebody in systemd's place.
@Suite(
    .needs(.diglimctl, .parser, .emulator),
    .enabled(if: SystemBusStandIn.isAvailable, "no dbus-daemon here"))
struct StatusServiceTests {
    private static let summary =
        "0 added (0 mutable and 0 immutable digests), 2430 already loaded, 0 empty, 0 deleted, "
        + "0 failed"

    private func properties(_ active: String, _ sub: String, result: String = "success") -> [String:
        String]
    {
        [
            "Unit.LoadState": "loaded", "Unit.ActiveState": active, "Unit.SubState": sub,
            "Service.Result": result, "Service.StatusText": Self.summary,
        ]
    }

    @Test("A service that runs", arguments: ["active", "reloading"]) func runs(state: String) throws
    {
        let machine = try Machine()
        let bus = try SystemBusStandIn(properties(state, "running"))
        machine.bus = bus.address
        let status = try machine.status()
        #expect(status.well)
        #expect(
            status.service
                == .init(
                    unit: "diglim-parser.service", load: "loaded", active: state,
                    sub: "running", result: "success", status: Self.summary))
        #expect(
            try machine.run("status").output.hasSuffix(
                """

                service    diglim-parser.service: \(state) (running)
                           0 added (0 mutable and 0 immutable digests), 2430 already loaded,
                           0 empty, 0 deleted, 0 failed
                verdict    all is well

                """))
    }

    @Test(
        "A service that does not",
        arguments: [
            ("failed", "failed", "exit-code"), ("inactive", "dead", "success"),
            ("activating", "start", "success"),
        ])
    func stands(active: String, sub: String, result: String) throws {
        let machine = try Machine()
        let bus = try SystemBusStandIn(properties(active, sub, result: result))
        machine.bus = bus.address
        let status = try machine.status()
        #expect(status.problems == ["service"])
        #expect(status.service?.result == result)
        let text = try machine.run("status").output
        let end = result == "success" ? "" : ", \(result)"
        #expect(text.contains("\nservice    diglim-parser.service: \(active) (\(sub))\(end)\n"))
        #expect(text.hasSuffix("verdict    not all is well: the service\n"))
    }

    @Test func notInstalled() throws {
        let machine = try Machine()
        let bus = try SystemBusStandIn([
            "Unit.LoadState": "not-found", "Unit.ActiveState": "inactive", "Unit.SubState": "dead",
        ])
        machine.bus = bus.address
        #expect(try machine.status().problems == ["service"])
        #expect(try machine.run("status").output.contains("parser.service: not installed\n"))
    }

    @Test("A status that a terminal must not obey") func hostileStatus() throws {
        let machine = try Machine()
        var told = properties("active", "running")
        told["Service.StatusText"] = "\u{1b}[2J\nverdict all is well"
        let bus = try SystemBusStandIn(told)
        machine.bus = bus.address
        let text = try machine.run("status").output
        #expect(text.contains("\n           \\u{1b}[2J\\u{a}verdict all is well\n"))
    }

    @Test("A bus without systemd") func noSystemd() throws {
        let machine = try Machine()
        let bus = try SystemBusStandIn(nil)
        machine.bus = bus.address
        let status = try machine.status()
        #expect(status.well)
        #expect(status.service?.active == nil)
        #expect(status.service?.error?.hasPrefix("systemd does not tell: ") == true)
        #expect(
            try machine.run("status").output.hasSuffix(
                "verdict    all is well, as far as can be told without the service\n"))
    }
}
