import BlackBox
import RandomNumbers
import Testing

/// Uploads that are almost those of a signed list.
@Suite(.needs(.enforcer, .diglimctl, .emulator))
struct MutationTests {
    private static let label = "0-file_list-compact-signed"

    @Test("No mutant of an upload or its label counts, and none ends the enforcer")
    func mutants() throws {
        let (lists, keys) = (try TemporaryDirectory(), try TemporaryDirectory())
        let key = try X509Key(.ecP256)
        try keys.write(readFile(key.certificatePath), to: "certificate")
        let list = (1...3).flatMap { type in
            ListBlock(
                type: 1, (0..<4).map { [UInt8](repeating: UInt8(type << 4 | $0), count: 32) }
            ).bytes
        }
        try lists.write(list, to: Self.label)
        try key.sign([lists.path(Self.label)])
        let run = try DryRun(lists, keys: keys)
        var random = SplitMix64(seed: 12)
        var accepted = 0
        for _ in 0..<2000 {
            var (bytes, label) = (list, Array(Self.label.utf8))
            if random.one(in: 3) {
                Self.mutate(&label, &random)
                if label.isEmpty || label.prefix(255).elementsEqual(Self.label.utf8) { continue }
            } else {
                Self.mutate(&bytes, &random)
                if bytes == list || bytes.isEmpty { continue }
            }
            guard run.interface.write(label + [0], to: "digest_list_label") == "ok",
                run.interface.add(bytes) == "ok"
            else { continue }
            accepted += 1
            let answer = run.interface.query("sha256-\(sha256(bytes))")
            #expect(answer.contains(" (actions: 0): "), "\(label) \(bytes)")
            #expect(run.interface.write(label + [0], to: "digest_list_label") == "ok")
            #expect(run.interface.delete(bytes) == "ok")
        }
        #expect(accepted > 500)
        #expect(!run.hasEnded)
        #expect(run.interface.add(list, label: Self.label) == "ok")
        #expect(try run.interface.actions() == [Self.label: [2]])
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        for _ in 0...random.number(below: 3) {
            let place = random.number(below: bytes.count + 1)
            switch random.number(below: 5) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << random.number(below: 8)
            case 1 where place < bytes.count: bytes[place] = UInt8(random.number(below: 256))
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(UInt8(random.number(below: 256)), at: place)
            default: bytes += bytes[place...]
            }
        }
    }
}
