import CRPM
import RPMHeader

/// A tag of an RPM header that names the package, by its number in `<rpm/rpmtag.h>`.
public enum PackageTag: UInt32, Sendable {
    /// The package's name.
    case name = 1000
    /// The package's version.
    case version = 1001
    /// The package's release.
    case release = 1002
    /// The package's architecture.
    case arch = 1022
}

extension RPMHeader {
    /// The string of a tag.
    ///
    /// - Parameter tag: The tag.
    /// - Returns: A string that lives as long as the header; `nil` where it has none.
    public func string(of tag: PackageTag) -> UnsafePointer<CChar>? {
        var values = rpmtd_s()
        headerGet(header, rpmTagVal(tag.rawValue), &values, HEADERGET_MINMEM.rawValue)
        defer { rpmtdFreeData(&values) }
        guard values.type == RPM_STRING_TYPE.rawValue else { return nil }
        return UnsafeRawPointer(values.data).assumingMemoryBound(to: CChar.self)
    }
}
