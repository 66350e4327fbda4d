import CommandLineTool

/// Checks that no bit of an OpenPGP signature can change unnoticed.
///
/// librpm passes over bits that take no part in the verification: attributes outside of the hash,
/// and lengths of numbers that are not exact. So the same signature could come in many forms, and
/// somebody could have changed it. RFC 4880 requires exact lengths (section 3.2), and what signs
/// packages writes no attribute without protection but the key's ID, which is compared.
///
/// - Parameters:
///   - data: The signature data, one packet that librpm has read.
///   - keyID: The ID of the key that verified it.
/// - Throws: ``CommandError`` where it has another form.
func checkOpenPGPForm(_ data: [UInt8], keyID: [UInt8]) throws(CommandError) {
    var packet = OpenPGPReader(data)
    var body = OpenPGPReader(try packet.packet().body)
    switch try body.number(size: 1) {
    case 3:
        // Up to the two bytes of the hash that stand in the packet, see RFC 4880, 5.2.2.
        _ = try body.bytes(count: 18)
    case 4:
        // The signature's type, and two algorithms, see RFC 4880, 5.2.3.
        _ = try body.bytes(count: 3)
        _ = try body.bytes(count: body.number(size: 2))
        let unprotected = try body.bytes(count: body.number(size: 2))
        // Length and type of the attribute, 9 and 16.
        guard unprotected.isEmpty || Array(unprotected) == [9, 16] + keyID else {
            throw CommandError("the signature has attributes that it does not protect")
        }
        _ = try body.bytes(count: 2)
    case let version:
        throw CommandError("the signature is of the unknown version \(version)")
    }
    while !body.isAtEnd {
        let (digits, bits) = try body.largeNumber()
        guard let first = digits.first, 8 * digits.count - first.leadingZeroBitCount == bits else {
            throw CommandError("the signature has a number whose length is not exact")
        }
    }
}
