import BlackBox
import Foundation
import RandomNumbers
import Testing

/// `status` finds something to repair exactly where `rpm_parser sync` does.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct StatusAgreementTests {
    private let names = ["a", "b", "c", "d"].map(listName)

    @Test("Files and lists that change at random", arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func random(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let machine = try Machine()
        var verdicts: Set<Bool> = []
        for _ in 0..<25 {
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                try change(machine, &generator)
            }
            let isWell = try machine.status().well
            verdicts.insert(isWell)
            let before = try machine.heldLists()
            let outcome = try machine.run("upload")
            let isChanged = try machine.heldLists() != before
            #expect(isWell == (outcome.status == 0 && !isChanged), "\(outcome)")
            // What the kernel did not take may be loaded by another file's list since.
            let again = try machine.run("upload")
            #expect(try machine.status().well == (again.status == 0), "\(again)")
        }
        #expect(verdicts == [true, false])
    }

    /// Changes a file or what is loaded, of so few kinds that twins are frequent.
    private func change(_ machine: Machine, _ generator: inout SplitMix64) throws {
        let name = try #require(names.randomElement(using: &generator))
        let header = HeaderWriter.package(
            Int.random(in: 1...3, using: &generator), mutable: 1,
            immutable: Int.random(in: 0...1, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: unlink(machine.lists.path(name))
        case 1: try machine.lists.write(HeaderWriter(of: []), to: name)
        case 2:
            let loaded = try machine.emulator.loadedLists().filter { !$0.bytes.isEmpty }
            guard let list = loaded.randomElement(using: &generator),
                list.label != Machine.parserList
            else { return }
            machine.emulator.delete(list.bytes, label: list.label)
        default: try machine.lists.write(header, to: name)
        }
    }
}

extension Machine {
    /// The lists that the kernel holds, without entries that stand for nothing.
    fileprivate func heldLists() throws -> [LoadedList] {
        try emulator.loadedLists().filter { !$0.bytes.isEmpty }
    }
}
