import CLinux
import LinuxFiles
import Testing

@Suite("Memory") struct MemoryTests {
    @Test("What is in it stays when it grows or shrinks")
    func resizing() throws {
        var memory = try Memory(count: 1000)
        for index in 0..<1000 { memory.bytes[index] = UInt8(truncatingIfNeeded: index) }
        for size in [1_000_000, 10_000_000, 1000, 700] {
            try memory.resize(to: size)
            let count = memory.bytes.count
            #expect(count == size)
            let isKept = (0..<700).allSatisfy { memory.bytes[$0] == UInt8(truncatingIfNeeded: $0) }
            #expect(isKept)
        }
    }

    @Test("Memory that is given away is not freed")
    func taking() throws {
        var memory = try Memory(count: 100)
        memory.bytes[99] = 7
        let taken = memory.take()
        let count = memory.count
        #expect(count == 0)
        #expect(taken.load(fromByteOffset: 99, as: UInt8.self) == 7)
        free(taken)
    }

    @Test("More than there is cannot be had")
    func tooMuch() throws {
        #expect(throws: Errno.noMemory) { _ = try Memory(count: .max) }
        var memory = try Memory(count: 10)
        memory.bytes[9] = 5
        let error = resizeError(&memory)
        #expect(error == .noMemory)
        let (count, last) = (memory.count, memory.bytes[9])
        #expect(count == 10)
        #expect(last == 5)
    }

    private func resizeError(_ memory: inout Memory) -> Errno? {
        do throws(Errno) {
            try memory.resize(to: .max)
            return nil
        } catch {
            return error
        }
    }
}
