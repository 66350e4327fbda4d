import BlackBox
import Foundation
import Testing

/// Lists that are signed in two steps.
@Suite(.needs(.mkparserList))
struct SigningElsewhereTests {
    private let input: TemporaryDirectory
    private let exchange: TemporaryDirectory
    private let output: TemporaryDirectory
    private let parser: String
    private let lists: [[UInt8]]

    init() throws {
        input = try TemporaryDirectory()
        exchange = try TemporaryDirectory()
        output = try TemporaryDirectory()
        parser = try input.writeExecutable(ELFBuilder().bytes)
        lists = MkparserList.lists(digest: sha256(ELFBuilder().bytes))
    }

    private func prepare(_ options: String...) throws {
        let outcome = try MkparserList.run(["--to-be-signed", exchange.path] + options + [parser])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func attach(_ key: X509Key, _ options: [String] = []) throws -> Outcome {
        try MkparserList.run(
            ["--attach", exchange.path, "--output", output.path, "--certificate"]
                + [key.certificatePath] + options + [parser])
    }

    private func signedInOneStep(_ key: X509Key, _ options: [String]) throws -> [String: [UInt8]] {
        let directory = try TemporaryDirectory()
        try BlackBox.output(
            of: Program.mkparserList.path,
            ["--output", directory.path, "--key", key.keyPath, "--certificate"]
                + [key.certificatePath] + options + [parser])
        return try directory.contents()
    }

    @Test(arguments: ["sha256", "sha384", "sha512", "sha224"])
    func whatIsToBeSigned(_ hash: String) throws {
        try prepare("--hash", hash, "--output", output.path)
        let names = MkparserList.listNames()
        #expect(try exchange.names() == (names + names.map { "\($0).\(hash)" }).sorted())
        #expect(try output.names() == names.sorted())
        for (name, list) in zip(names, lists) {
            #expect(try exchange.bytes(of: name) == list)
            #expect(try output.bytes(of: name) == list)
            var command = Command("\(hash)sum", [name])
            command.workingDirectory = exchange.path
            #expect(
                try String(decoding: exchange.bytes(of: "\(name).\(hash)"), as: UTF8.self)
                    == command.run().output)
        }
    }

    /// `sha256sum` writes a backslash in a name as two.
    @Test func nameWithABackslash() throws {
        let odd = try input.writeExecutable(ELFBuilder().bytes, to: "a\\b_parser")
        try BlackBox.output(of: Program.mkparserList.path, "--to-be-signed", exchange.path, odd)
        var command = Command("sh", ["-c", "sha256sum --check --strict *.sha256"])
        command.workingDirectory = exchange.path
        let outcome = try command.run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count == 2)
    }

    @Test(arguments: [[], ["--hash", "sha512"], ["--keyid"]])
    func rawRSA(_ options: [String]) throws {
        let key = try X509Key(.rsa2048)
        try prepare()
        for name in MkparserList.listNames() {
            let hash = options.first == "--hash" ? options[1] : "sha256"
            try Signing.dgst(exchange.path(name), key, hash: hash)
        }
        let outcome = try attach(key, options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("signed by \(key.subject)\n"))
        #expect(try output.contents() == signedInOneStep(key, options))
    }

    @Test(arguments: [".sig", ".p7s"], [[], ["-keyid"]])
    func finishedMessage(_ suffix: String, _ options: [String]) throws {
        let key = try X509Key(.rsa2048)
        try prepare()
        for name in MkparserList.listNames() {
            try Signing.cms(exchange.path(name), key, suffix: suffix, options: options)
        }
        let outcome = try attach(key)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let oneStep = try signedInOneStep(key, options.isEmpty ? [] : ["--keyid"])
        #expect(try output.contents() == oneStep)
    }

    /// ECDSA signatures in DER, as the two numbers, and as finished messages.
    @Test(arguments: [X509Key.Kind.ecP256, .ecP384], 0..<3)
    func ecdsa(_ kind: X509Key.Kind, _ form: Int) throws {
        let key = try X509Key(kind)
        try prepare()
        for name in MkparserList.listNames() {
            if form == 2 {
                try Signing.cms(exchange.path(name), key, suffix: ".p7s")
            } else {
                try Signing.dgst(exchange.path(name), key)
            }
            guard form == 1 else { continue }
            let text = try BlackBox.output(
                of: "openssl", "asn1parse", "-inform", "DER", "-in", exchange.path("\(name).sig"))
            let size = kind == .ecP256 ? 32 : 48
            let numbers = text.matches(of: /INTEGER +:([0-9A-F]+)/).map { match in
                let number = bytes(hexadecimal: match.1)
                return [UInt8](repeating: 0, count: size - number.count) + number
            }
            #expect(numbers.count == 2)
            try exchange.write(numbers.flatMap { $0 }, to: "\(name).sig")
        }
        let outcome = try attach(key)
        #expect(outcome.status == 0, "\(outcome.errors)")
        for (name, list) in zip(MkparserList.listNames(), lists) {
            #expect(try Signing.isGood(output.bytes(of: name), over: list, key))
        }
    }

    @Test func whatIsNoSignatureOfTheList() throws {
        let (key, other) = (try X509Key(.rsa2048), try X509Key(.rsa2048))
        try prepare()
        let names = MkparserList.listNames()
        let path = exchange.path(names[0])
        let signature = path + ".sig"
        try Signing.dgst(exchange.path(names[1]), key)
        try BlackBox.output(of: Program.mkparserList.path, "--output", output.path, parser)
        let before = try output.contents()
        func expectRefusal(_ change: () throws -> Void) throws {
            try change()
            let outcome = try attach(key)
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errorLines.count == 2, "\(outcome.errors)")
            #expect(outcome.errors.hasPrefix("diglim-mkparser-list: \(signature): "))
            #expect(try output.contents() == before)
        }
        try expectRefusal {}
        try expectRefusal { try Signing.dgst(path, other) }
        try expectRefusal { try Signing.dgst(path, key, hash: "sha512") }
        try expectRefusal { try Signing.cms(path, other, suffix: ".sig") }
        // Of the other list, of another file, and of nothing.
        try expectRefusal {
            try exchange.write(exchange.bytes(of: "\(names[1]).sig"), to: "\(names[0]).sig")
        }
        try expectRefusal { try exchange.write([UInt8](), to: "\(names[0]).sig") }
        try expectRefusal {
            try exchange.write([UInt8](repeating: 0x30, count: 300), to: "\(names[0]).sig")
        }
        try expectRefusal {
            try exchange.remove("\(names[0]).sig")
            _ = try exchange.makeDirectory("\(names[0]).sig")
        }
        try expectRefusal {
            try exchange.remove("\(names[0]).sig")
            mkfifo(signature, 0o600)
        }
        try expectRefusal {
            try exchange.remove("\(names[0]).sig")
            #expect(truncate(try exchange.write([UInt8](), to: "\(names[0]).sig"), 1 << 40) == 0)
        }
        // No message, though it is named as one; and two at a time, though both are good.
        let message = exchange.path("\(names[0]).p7s")
        try exchange.remove("\(names[0]).sig")
        try Signing.dgst(path, key)
        rename(signature, message)
        let named = try attach(key)
        #expect(named.status == 1)
        #expect(named.errors.contains("\(message): the PKCS#7 signature cannot be read"))
        try expectRefusal {
            try Signing.dgst(path, key)
            try Signing.cms(path, key, suffix: ".p7s")
        }
        try exchange.remove("\(names[0]).p7s")
        #expect(try attach(key).status == 0)
        // The content inside of the message, and the message cut off or with bytes after it.
        try expectChangedMessages(of: path, key)
    }

    private func expectChangedMessages(of path: String, _ key: X509Key) throws {
        let before = try output.contents()
        let name = MkparserList.listNames()[0]
        try Signing.cms(path, key, suffix: ".sig")
        let message = try exchange.bytes(of: "\(name).sig")
        #expect(try attach(key).status == 0)
        try Signing.cms(path, key, suffix: ".sig", options: ["-nodetach"])
        #expect(try attach(key).status == 1)
        for changed in [message + [0], Array(message.dropLast()), message.dropLast() + [1]] {
            try exchange.write(changed, to: "\(name).sig")
            #expect(try attach(key).status == 1)
        }
        #expect(try output.contents() == before)
    }

    @Test func oneDirectoryForBoth() throws {
        symlink(exchange.path, input.path("link"))
        for other in [exchange.path, exchange.path("."), input.path("link")] {
            let outcome = try MkparserList.run(
                "--to-be-signed", exchange.path, "--output", other, parser)
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.count == 1)
            #expect(try exchange.names().isEmpty)
        }
    }

    @Test func bothStepsRefuseWhatIsNotFit() throws {
        let key = try X509Key(.rsa2048)
        try input.writeExecutable(Array("#!/bin/sh\n".utf8))
        let outcome = try MkparserList.run("--to-be-signed", exchange.path, parser)
        #expect(outcome.status == 1)
        #expect(try exchange.names().isEmpty)
        #expect(try attach(key).status == 1)
        #expect(try output.names().isEmpty)
    }
}
