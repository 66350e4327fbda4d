import CommandLineTool

/// One of the large numbers of a signature.
private struct LargeNumber {
    /// Its bytes, the highest first.
    let digits: ArraySlice<UInt8>
    /// Its size in bits, as the packet has it.
    let bits: Int

    /// Its bytes without leading zeros.
    var significant: ArraySlice<UInt8> { digits.drop { $0 == 0 } }

    /// The size in bits of a number with these bytes.
    private static func bits(of digits: ArraySlice<UInt8>) -> Int {
        8 * digits.count - (digits.first?.leadingZeroBitCount ?? 0)
    }

    /// The number as RFC 9580, section 3.2, has it written.
    var exact: [UInt8] {
        let bits = Self.bits(of: significant)
        return [UInt8(truncatingIfNeeded: bits >> 8), UInt8(bits & 0xff)] + significant
    }

    /// Whether it is written as RFC 9580 has it.
    var isExact: Bool { digits.first != 0 && bits == Self.bits(of: digits) }

    /// Whether it is written with leading zeros, and with the size of all but those of the first
    /// byte, of which zero counts as one bit.
    var isPadded: Bool { digits.first == 0 && bits == 8 * digits.count - 7 }

    /// Whether it is written with the size of all bytes.
    var isOfWholeBytes: Bool { bits == 8 * digits.count }
}

extension OpenPGPFields {
    /// The signature's large numbers; `nil` where its algorithm has it in bytes.
    private func largeNumbers() throws(CommandError) -> [LargeNumber]? {
        let count: Int
        switch algorithm {
        case 1, 3: count = 1
        case 17, 19, 22: count = 2
        default: return nil
        }
        var reader = OpenPGPReader(numbers)
        var result: [LargeNumber] = []
        for _ in 0..<count {
            let (digits, bits) = try reader.largeNumber()
            result.append(LargeNumber(digits: digits, bits: bits))
        }
        guard reader.isAtEnd else { throw CommandError("bytes after the signature's numbers") }
        return result
    }

    /// The issuer's ID as the attribute that signers leave unprotected: length, type and ID.
    private var issuer: [UInt8] { keyID.map { [9, 16] + $0 } ?? [] }

    /// The signature in the one form that every librpm reads.
    ///
    /// Some refuse numbers with leading zeros, some know the signer by his key's ID alone.
    ///
    /// - Returns: One packet.
    /// - Throws: ``CommandError`` where the signature's numbers are cut off.
    func packet() throws(CommandError) -> [UInt8] {
        let numbers = try largeNumbers()?.flatMap(\.exact) ?? self.numbers
        var body: [UInt8]
        switch version {
        case 3:
            body = [3, 5] + hashedFields + (keyID ?? [])
            body += [UInt8(algorithm), UInt8(hash)]
        case 4:
            body = hashedFields.dropLast(6) + [0, UInt8(issuer.count)] + issuer
        default:
            let size = (0..<4).reversed().map { UInt8(unprotected.count >> (8 * $0) & 0xff) }
            body = hashedFields.dropLast(6) + size + unprotected
        }
        body += hashStart
        if version == 6 { body += [UInt8(salt.count)] + salt }
        body += numbers
        return [0x8a] + (0..<4).reversed().map { UInt8(body.count >> (8 * $0) & 0xff) } + body
    }

    /// Checks that no bit of the signature can change unnoticed, once it has been verified.
    ///
    /// librpm passes over bits that take no part in the verification: attributes outside of the
    /// hash, and lengths of numbers that are not exact. So the same signature could come in many
    /// forms, and somebody could have changed it.
    ///
    /// - Parameter modulusSize: The size of the key's modulus in bytes; `nil` where it has none.
    /// - Returns: What should be looked at; `nil` for nothing.
    /// - Throws: ``CommandError`` where it is written as no signer writes it.
    func checkForm(modulusSize: Int?) throws(CommandError) -> String? {
        guard unprotected.isEmpty || unprotected == issuer else {
            throw CommandError("the signature has attributes that it does not protect")
        }
        guard let numbers = try largeNumbers() else {
            let size = [27: 64, 28: 114][algorithm]
            guard size == nil || size == self.numbers.count else {
                throw CommandError("bytes after the signature")
            }
            return nil
        }
        for number in numbers where !number.isExact {
            // Some signers write all bytes of what RSA has made.
            if number.isPadded && number.digits.count == modulusSize { continue }
            guard number.isPadded || number.isOfWholeBytes else {
                throw CommandError("the signature has a number whose length is not exact")
            }
            return "the signature has a number that is written longer than it is"
        }
        return nil
    }
}
