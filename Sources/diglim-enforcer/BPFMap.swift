import CBPF
import CommandLineTool
import DigestList
import Glibc
import LinuxFiles

/// A map of the programs.
struct BPFMap {
    /// libbpf's map.
    let raw: OpaquePointer

    /// Its descriptor, once it is loaded.
    var descriptor: Int32 { bpf_map__fd(raw) }

    /// Reads the one value of an array.
    ///
    /// - Parameter value: What is there where the kernel has none.
    func value<Value: BitwiseCopyable>(_ value: Value) throws(Errno) -> Value {
        try readValue(of: descriptor, value)
    }

    /// Writes the one value of an array.
    func set<Value: BitwiseCopyable>(_ value: Value) throws(Errno) {
        var key: UInt32 = 0
        var value = value
        guard bpf_map_update_elem(descriptor, &key, &value, UInt64(BPF_ANY)) == 0 else {
            throw .current
        }
    }
}

/// Reads the one value of an array.
///
/// - Parameters:
///   - descriptor: The map.
///   - value: A value of the type.
func readValue<Value: BitwiseCopyable>(
    of descriptor: Int32, _ value: Value
) throws(Errno) -> Value {
    var key: UInt32 = 0
    var value = value
    guard bpf_map_lookup_elem(descriptor, &key, &value) == 0 else { throw .current }
    return value
}

/// The kernel's table of the digests that are allowed.
struct DigestMap {
    /// The map.
    let map: BPFMap
    /// The algorithm of all of them.
    let algorithm: HashAlgorithm

    /// Takes a map.
    init(_ map: BPFMap, _ algorithm: HashAlgorithm) {
        self.map = map
        self.algorithm = algorithm
    }

    /// Adds digests; those that are there already stay.
    ///
    /// - Parameter digests: The digests, one behind the other.
    /// - Throws: ``Errno``: some of them may be there.
    func add(_ digests: [UInt8]) throws(Errno) {
        var count = UInt32(digests.count / algorithm.digestSize)
        guard count > 0 else { return }
        let values = [UInt8](repeating: 1, count: Int(count))
        let result = digests.withUnsafeBytes { keys in
            values.withUnsafeBytes {
                bpf_map_update_batch(
                    map.descriptor, keys.baseAddress, $0.baseAddress, &count, nil)
            }
        }
        guard result == 0 else { throw .current }
    }

    /// Removes a digest, if it is there.
    func remove(_ digest: ArraySlice<UInt8>) throws(Errno) {
        let result = digest.withUnsafeBytes { bpf_map_delete_elem(map.descriptor, $0.baseAddress) }
        guard result == 0 || Errno.current == .noEntry else { throw .current }
    }
}

extension DigestMap {
    /// The number of digests. The kernel does not tell it, so they are counted.
    func count() -> Int {
        let room: UInt32 = 4096
        var keys = [UInt8](repeating: 0, count: Int(room) * algorithm.digestSize)
        var values = [UInt8](repeating: 0, count: Int(room))
        var position: UInt32 = 0
        var total = 0
        var isFirst = true
        while true {
            var count = room
            let start = position
            let result = withUnsafePointer(to: start) { start in
                bpf_map_lookup_batch(
                    map.descriptor, isFirst ? nil : UnsafeMutablePointer(mutating: start),
                    &position, &keys, &values, &count, nil)
            }
            isFirst = false
            total += Int(count)
            // ENOENT is the end.
            if result != 0 { return total }
        }
    }
}
