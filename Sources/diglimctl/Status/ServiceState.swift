import CommandLineTool

/// The state of the service that keeps kernel and directory equal, as systemd tells it.
struct ServiceState: Encodable {
    /// The unit's name.
    var unit: String
    /// Whether the unit's file was found, `loaded` or else.
    var load: String?
    /// Whether the service runs: `active`, `activating`, `failed` or else.
    var active: String?
    /// The same in more detail.
    var sub: String?
    /// How the service ended last, or `success`.
    var result: String?
    /// What the service says of itself: the summary of its last sync.
    var status: String?
    /// Why the state is not known.
    var error: String?

    /// Asks systemd.
    ///
    /// - Parameter unit: The unit's name.
    init(of unit: String) {
        self.unit = unit
        do throws(CommandError) {
            let bus = try SystemBus()
            let load = try bus.string("LoadState", "Unit", of: unit)
            let active = try bus.string("ActiveState", "Unit", of: unit)
            let sub = try bus.string("SubState", "Unit", of: unit)
            (self.load, self.active, self.sub) = (load, active, sub)
            guard load != "not-found" else { return }
            result = try bus.string("Result", "Service", of: unit)
            let status = try bus.string("StatusText", "Service", of: unit)
            if !status.isEmpty { self.status = status }
        } catch {
            self.error = error.text
        }
    }

    /// Whether the service does its work; `nil` where nobody knows.
    var isWell: Bool? {
        guard error == nil, let active else { return nil }
        return active == "active" || active == "reloading"
    }
}
