import DigestList

extension SignatureTrailer.Kind {
    /// Makes the trailer of a file with an appended signature.
    ///
    /// - Parameter signatureLength: The length of the signature data, in bytes.
    /// - Returns: The trailer's bytes, as they stand at the end of a file.
    public func trailer(signatureLength: UInt32) -> [UInt8] {
        let marker = SignatureTrailer.marker
        var bytes: [UInt8] = [0, 0, rawValue, 0, 0, 0, 0, 0]
        for shift in [24, 16, 8, 0] as [UInt32] {
            bytes.append(UInt8(truncatingIfNeeded: signatureLength >> shift))
        }
        for index in 0..<marker.utf8CodeUnitCount { bytes.append(marker.utf8Start[index]) }
        return bytes
    }
}
