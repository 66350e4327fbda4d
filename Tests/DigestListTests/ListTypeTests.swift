import DigestList
import Testing

@Suite("Types of lists") struct ListTypeTests {
    @Test(
        "The numbers are those of the ABI",
        arguments: [
            (ABI.v3, [ListType.parser, .file, .metadata]),
            (ABI.v2, [.key, .parser, .file, .metadata]),
        ])
    func numbers(abi: ABI, types: [ListType]) {
        for number in 0...UInt16.max {
            let expected = Int(number) < types.count ? types[Int(number)] : nil
            #expect(ListType(number: number, abi: abi) == expected, "number \(number)")
        }
        for (number, type) in types.enumerated() {
            #expect(type.number(in: abi) == UInt16(number))
        }
    }

    @Test("v3 has no number for keys")
    func keys() { #expect(ListType.key.number(in: .v3) == nil) }

    @Test("A file list of one ABI is never a file list of the other")
    func confusion() throws {
        let v2 = try #require(ListType.file.number(in: .v2))
        let v3 = try #require(ListType.file.number(in: .v3))
        #expect(ListType(number: v3, abi: .v2) == .parser)
        #expect(ListType(number: v2, abi: .v3) == .metadata)
    }
}
