import BlackBox
import Foundation
import Testing

/// Many lists, and lists that come and go.
@Suite(.needs(.diglimctl, .parser, .emulator))
struct StateScaleTests {
    @Test("As many lists as a distribution has") func many() throws {
        let machine = try Machine()
        let many = try ManyLists(2430)
        let outcome = try machine.run("upload", "--directory", many.path)
        #expect(outcome.status == 0)
        let status = try machine.run("status", "--json", "--directory", many.path)
            .json(StatusResult.self)
        #expect(status.problems == ["extra"])
        #expect(status.lists?.extra == [Machine.parserList])
        #expect(status.lists?.current == 2430)
        #expect(try machine.listed().count == 2431)
        #expect(try machine.queried(madeUpDigest(1 << 32 | 2429)).map(\.packages) == [["package1"]])
    }

    @Test("Lists that appear and go meanwhile") func vanishing() throws {
        let machine = try Machine()
        let stays = listName("stays")
        try machine.lists.write(.package(1), to: stays)
        try machine.sync()
        for _ in 0..<25 {
            let programs = try ["status", "list"].map {
                try machine.command($0, ["--json"]).start()
            }
            try comeAndGo(on: machine)
            let outcomes = try programs.map { try $0.outcome() }
            #expect(outcomes.map(\.errors) == ["", ""])
            let status = try outcomes[0].json(StatusResult.self)
            #expect(status.interface.error == nil)
            #expect(status.lists?.broken == [])
            #expect(status.lists?.changed == [])
            #expect(status.lists?.missing.contains(stays) == false)
            #expect(status.lists?.extra.contains(stays) == false)
            let lists = try outcomes[1].json([ListedList].self)
            #expect(lists.contains { $0.label == stays && $0.size == 112 })
        }
        #expect(try machine.status().well)
    }

    /// Adds and removes lists and their files.
    private func comeAndGo(on machine: Machine) throws {
        let seeds = 2..<30
        for seed in seeds {
            // Whole at once, as whoever makes lists does it.
            let path = try machine.lists.write(.package(seed), to: ".new")
            try #require(rename(path, machine.lists.path(listName("\(seed)"))) == 0)
            #expect(machine.emulator.add(list(seed), label: listName("\(seed)")) == "ok")
        }
        for seed in seeds {
            try machine.lists.remove(listName("\(seed)"))
            #expect(machine.emulator.delete(list(seed), label: listName("\(seed)")) == "ok")
        }
    }

    private func list(_ seed: Int) -> [UInt8] {
        compactList(seed).upload(label: listName("\(seed)"))
    }
}
