import BlackBox
import Foundation
import RandomNumbers
import Testing

/// `status` finds something to repair exactly where `rpm_parser sync` does.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct StatusAgreementTests {
    private let names = ["a", "b", "c", "d"].map(listName)
    /// A compact list, made of the list of the first name.
    private let compact = "1-file_list-compact-a"

    @Test("Files and lists that change at random", arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func random(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var machine = try Machine()
        var verdicts: Set<Bool> = []
        for round in 0..<25 {
            // Another machine: empty entries stay until the end.
            if round % 5 == 4 { machine = try Machine() }
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                try change(machine, &generator)
            }
            let isWell = try machine.status().isWellForParser
            verdicts.insert(isWell)
            let before = try machine.heldLists()
            let outcome = try machine.run("upload")
            let isChanged = try machine.heldLists() != before
            #expect(isWell == (outcome.status == 0 && !isChanged), "\(outcome)")
            // All that it could do is done.
            let held = try machine.heldLists()
            let again = try machine.run("upload")
            #expect(again.status == outcome.status)
            #expect(try machine.heldLists() == held)
            #expect(try machine.status().isWellForParser == (again.status == 0), "\(again)")
        }
        #expect(verdicts == [true, false])
    }

    /// Changes a file or what is loaded, of so few kinds that the same digests are frequent.
    private func change(_ machine: Machine, _ generator: inout SplitMix64) throws {
        let name = try #require(names.randomElement(using: &generator))
        let (seed, immutable) = (
            Int.random(in: 1...3, using: &generator), Int.random(in: 0...1, using: &generator)
        )
        let blocks = compactList(seed, immutable: immutable)
        let package = HeaderWriter.package(seed, immutable: immutable)
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: unlink(machine.lists.path(name))
        case 1: try machine.lists.write(HeaderWriter(of: []), to: name)
        case 2:
            let loaded = try machine.heldLists()
            guard let list = loaded.randomElement(using: &generator),
                list.label != Machine.parserList
            else { return }
            machine.emulator.delete(list.bytes, label: list.label)
        case 3:
            // As an earlier version did it, and as the C tool does.
            let isWhole = Bool.random(using: &generator)
            let uploads = isWhole ? [blocks.flatMap(\.bytes)] : blocks.map(\.bytes)
            for list in uploads { machine.emulator.add(list, label: name) }
        case 4, 5:
            let labels = names + [listName("none"), "0-file_list-tlv-x", "mine", compact]
            let label = try #require(labels.randomElement(using: &generator))
            try upload(blocks, of: name, as: label, to: machine)
        case 6:
            // What the file is wanted for is elsewhere.
            let label = Bool.random(using: &generator) ? compact : "mine"
            try machine.lists.write(package, to: name)
            try upload(blocks, of: name, as: label, to: machine)
        default: try machine.lists.write(package, to: name)
        }
    }

    /// Has the kernel load what the parser uploads of a list under a label that somebody else has
    /// written in between.
    private func upload(
        _ blocks: [ListBlock], of name: String, as label: String, to machine: Machine
    ) throws {
        let list = blocks.upload(label: name)
        if label == compact { try machine.lists.write(list, to: compact) }
        machine.emulator.add(list, label: label)
    }
}

extension Machine {
    /// The lists that the kernel holds, without entries that stand for nothing.
    fileprivate func heldLists() throws -> [LoadedList] {
        try emulator.loadedLists().filter { !$0.bytes.isEmpty }
    }
}

extension StatusResult {
    /// Whether there is nothing that is the parser's: compact lists are the kernel's own.
    fileprivate var isWellForParser: Bool {
        guard let lists else { return false }
        return [lists.missing, lists.changed, lists.extra, lists.blocked].joined()
            .allSatisfy { $0.contains("_list-compact-") }
            && lists.broken.isEmpty && lists.foreign.isEmpty
    }
}
