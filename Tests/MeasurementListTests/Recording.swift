import BlackBox
import MeasurementList

extension Recording {
    static func log(_ name: String) throws -> MeasurementLog {
        MeasurementLog(try bytes(name), hashers: Hashers())
    }

    static func registers(_ name: String) throws -> RegisterValues {
        try RegisterValues(bytes(name))
    }
}
