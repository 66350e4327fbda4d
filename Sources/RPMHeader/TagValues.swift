import CRPM

/// The values of one tag, as librpm gives them.
///
/// Public only because Embedded Swift destroys it in other modules, inside of ``RPMFiles``.
public struct TagValues: ~Copyable {
    private var container = rpmtd_s()

    /// No values, as of a tag that a header lacks.
    init() {}

    /// Takes the values of a tag; none where the header lacks it.
    init(of tag: RPMTag, in header: OpaquePointer) {
        // Numbers stay where they are in the header; of strings only the array is new.
        headerGet(header, rpmTagVal(tag.rawValue), &container, HEADERGET_MINMEM.rawValue)
    }

    deinit {
        var container = container
        rpmtdFreeData(&container)
    }

    /// The number of values.
    var count: Int { Int(container.count) }

    /// The values, of the type that the header's index gives the tag.
    func pointer<Value>(to type: Value.Type) -> UnsafePointer<Value> {
        UnsafeRawPointer(container.data).assumingMemoryBound(to: type)
    }

    /// The value of a tag that is one string; `nil` where it is something else.
    var string: UnsafePointer<CChar>? {
        guard container.type == RPM_STRING_TYPE.rawValue else { return nil }
        return pointer(to: CChar.self)
    }
}
