import CCrypto
import CommandLineTool

/// Checks the DSA keys among a key's packets.
///
/// libgcrypt, which librpm may verify with, ends the program where a number of a DSA key that must
/// be a prime is none.
///
/// - Parameter packets: A key with its user IDs and subkeys.
/// - Throws: ``CommandError`` for what is no DSA key, or no sequence of packets.
func checkDSAKeys(in packets: [UInt8]) throws(CommandError) {
    var reader = OpenPGPReader(packets)
    while !reader.isAtEnd {
        let (tag, body) = try reader.packet()
        // Public keys and subkeys of version 4, see RFC 4880, section 5.5.2.
        guard tag == 6 || tag == 14, body.first == 4 else { continue }
        var key = OpenPGPReader(body.dropFirst(5))
        guard try key.number(size: 1) == dsa else { continue }
        for _ in 0..<2 where try !isPrime(key.largeNumber().digits) {
            throw CommandError("not a DSA key: a number in it is no prime")
        }
    }
}

/// OpenPGP's number of the algorithm.
private let dsa = 17

/// More than any DSA key's modulus has, in bytes.
private let maximumSize = 4096 / 8

private func isPrime(_ digits: ArraySlice<UInt8>) -> Bool {
    guard digits.count <= maximumSize,
        let number = BN_bin2bn(Array(digits), Int32(digits.count), nil)
    else { return false }
    defer { BN_free(number) }
    defer { ERR_clear_error() }
    return BN_check_prime(number, nil, nil) == 1
}
