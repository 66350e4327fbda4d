import BlackBox
import DigestList
import Testing

@testable import InterfaceFileSystem

@Suite struct WriteAssemblyTests {
    private let limit = 4096
    private let list = compactList(.numbered(300))

    private func assembly(appends: Bool = false) -> WriteAssembly {
        WriteAssembly(abi: .v3, limit: limit, appends: appends)
    }

    private func take(
        _ bytes: some Collection<UInt8>, at offset: Int, _ assembly: inout WriteAssembly
    ) throws(InterfaceError) -> WriteAssembly.Step {
        try Array(bytes).span.bytes.withUnsafeBytes { (bytes) throws(InterfaceError) in
            try assembly.take(bytes, at: offset)
        }
    }

    @Test("The pieces of a list are one operation")
    func pieces() throws {
        var assembly = assembly()
        #expect(try take(list[..<4096], at: 0, &assembly) == .held)
        #expect(try take(list[4096..<8192], at: 4096, &assembly) == .held)
        #expect(try take(list[8192...], at: 8192, &assembly) == .whole(list))
    }

    @Test("A write below the limit is an operation, complete or not")
    func small() throws {
        var assembly = assembly()
        #expect(try take(list[..<100], at: 0, &assembly) == .whole(Array(list[..<100])))
    }

    @Test("A list that is wrong from the start is not held")
    func wrong() throws {
        var assembly = assembly()
        let garbage = [UInt8](repeating: 7, count: 4096)
        #expect(try take(garbage, at: 0, &assembly) == .whole(garbage))
    }

    @Test("A list that ends where a piece does is not held")
    func boundary() throws {
        var assembly = assembly()
        let list = compactList(.numbered((4096 - 2 * 16) / 32), .empty)
        #expect(list.count == 4096)
        #expect(try take(list, at: 0, &assembly) == .whole(list))
    }

    @Test("The position is 0, or where FUSE has moved it")
    func positions() throws {
        var assembly = assembly()
        let bytes = [UInt8](repeating: 1, count: 10)
        #expect(throws: InterfaceError.invalid) { try take(bytes, at: 10, &assembly) }
        #expect(try take(bytes, at: 0, &assembly) == .whole(bytes))
        #expect(throws: InterfaceError.invalid) { try take(bytes, at: 10, &assembly) }
        assembly.advance(by: 10)
        #expect(try take(bytes, at: 10, &assembly) == .whole(bytes))
        assembly.advance(by: 10)
        #expect(try take(bytes, at: 20, &assembly) == .whole(bytes))
        #expect(try take(bytes, at: 0, &assembly) == .whole(bytes))
        #expect(throws: InterfaceError.invalid) { try take(bytes, at: 5, &assembly) }
    }

    @Test("With O_APPEND any position is 0")
    func appending() throws {
        var assembly = assembly(appends: true)
        #expect(try take([1], at: 77, &assembly) == .whole([1]))
    }

    @Test("What is held is given up where the next piece does not follow on it")
    func abandoned() throws {
        var assembly = assembly()
        #expect(try take(list[..<4096], at: 0, &assembly) == .held)
        #expect(assembly.abandon(unlessContinuedAt: 4096) == nil)
        #expect(assembly.abandon(unlessContinuedAt: 0) == Array(list[..<4096]))
        #expect(assembly.heldSize == 0)
        #expect(try take(list[..<4096], at: 0, &assembly) == .held)
        #expect(assembly.abandon(unlessContinuedAt: nil) != nil)
    }
}
