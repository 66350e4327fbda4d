import AppendedSignature
import BlackBox
import CCrypto
import RandomNumbers
import Testing

/// Messages and contents that somebody changed.
@Suite struct TamperingTests {
    private static let content = Array("a digest list".utf8)

    /// The forms of messages that are there.
    enum Form: String, CaseIterable, Sendable {
        case rsa
        case rsaKeyID
        case rsaWithAttributes
        case ecdsa
        case ecdsaWithAttributes
        case ed25519

        var kind: X509Key.Kind {
            switch self {
            case .rsa, .rsaKeyID, .rsaWithAttributes: .rsa2048
            case .ecdsa, .ecdsaWithAttributes: .ecP256
            case .ed25519: .ed25519
            }
        }

        func sign(_ content: [UInt8]) throws -> [UInt8] {
            let key = try Keys.key(kind)
            return switch self {
            case .rsa, .ecdsa, .ed25519: try key.signer().sign(content)
            case .rsaKeyID: try key.signer(.sha512, .subjectKeyID).sign(content)
            // With certificates, as other programs leave them in.
            case .rsaWithAttributes, .ecdsaWithAttributes:
                try OpensslCMS.sign(content, key, options: [])
            }
        }
    }

    @Test(arguments: Form.allCases)
    func eachBitOfTheContentCounts(form: Form) throws {
        let message = try CMSMessage(form.sign(Self.content))
        let certificates = [try Keys.key(form.kind).certificate()]
        #expect(message.verify(Self.content, certificates: certificates).text == "good")
        for bit in 0..<8 * Self.content.count {
            var content = Self.content
            content[bit / 8] ^= 1 << (bit % 8)
            let verdict = message.verify(content, certificates: certificates).text
            #expect([otherContent, otherSignature].contains(verdict), "bit \(bit)")
        }
        for content in [[], Self.content + [0], Array(Self.content.dropLast())] {
            #expect(message.verify(content, certificates: certificates).text != "good")
        }
    }

    @Test(arguments: Form.allCases)
    func eachBitOfTheSignatureCounts(form: Form) throws {
        let message = try form.sign(Self.content)
        let certificates = [try Keys.key(form.kind).certificate()]
        // The value is what a message without unsigned attributes ends with.
        let size = try size(ofSignatureIn: message)
        for bit in 8 * (message.count - size)..<8 * message.count {
            var tampered = message
            tampered[bit / 8] ^= 1 << (bit % 8)
            let verdict = try CMSMessage(tampered).verify(
                Self.content, certificates: certificates)
            #expect(verdict.text == otherSignature, "bit \(bit)")
        }
    }

    private func size(ofSignatureIn message: [UInt8]) throws -> Int {
        var element = try #require(DERElement.all(in: message)?.last)
        while element.tag != 0x04 { element = try #require(element.elements?.last) }
        return element.contents.count
    }

    /// Whatever is changed, there is a verdict; and a good one only where the signature, read and
    /// verified by other means, is good: where something was changed that it does not protect.
    @Test(arguments: Form.allCases)
    func mutants(form: Form) throws {
        let key = try Keys.key(form.kind)
        let message = try form.sign(Self.content)
        let publicKey = try PublicKey(key)
        let certificates = [try key.certificate()]
        var mutation = CMSMutation(of: message, seed: 5)
        var verdicts: [String: Int] = [:]
        for _ in 0..<5000 {
            let mutant = mutation.next()
            let verdict = self.verdict(on: mutant, certificates)
            verdicts[verdict, default: 0] += 1
            guard verdict == "good" else { continue }
            let plain = try #require(PlainMessage(mutant), "\(hexadecimal(mutant))")
            #expect(
                plain.isSignature(of: Self.content, by: form.kind, publicKey.key),
                "\(hexadecimal(mutant))")
        }
        #expect(verdicts.values.reduce(0, +) == 5000)
        // The mutants are of all kinds, or the test would be worth little.
        for text in ["the PKCS#7 signature cannot be read", "unknown signer", otherSignature] {
            #expect(verdicts[text, default: 0] > 20, "\(text): \(verdicts)")
        }
    }

    @Test(arguments: Form.allCases)
    func cutMessages(form: Form) throws {
        let message = try form.sign(Self.content)
        for count in 0..<message.count {
            expectError("the PKCS#7 signature cannot be read") {
                try CMSMessage(Array(message[..<count]))
            }
        }
    }

    private func verdict(on message: [UInt8], _ certificates: [Certificate]) -> String {
        do throws(SigningError) {
            let message = try CMSMessage(message)
            _ = (message.issuer, message.serial, message.subjectKeyID)
            _ = (message.hash, message.algorithm, message.hasSignedAttributes)
            return message.verify(Self.content, certificates: certificates).text
        } catch {
            return error.text
        }
    }
}

/// Changes messages in every way that somebody could think of.
struct CMSMutation {
    private let message: [UInt8]
    private var numbers: SplitMix64

    init(of message: [UInt8], seed: UInt64) {
        self.message = message
        numbers = SplitMix64(seed: seed)
    }

    /// A mutant.
    mutating func next() -> [UInt8] {
        var mutant = message
        if numbers.one(in: 50) { return bytes(numbers.number(below: 2 * message.count)) }
        repeat {
            change(&mutant)
        } while numbers.one(in: 4)
        return mutant
    }

    private mutating func change(_ mutant: inout [UInt8]) {
        guard !mutant.isEmpty else { return }
        let position = numbers.number(below: mutant.count)
        switch numbers.number(below: 9) {
        case 0, 1, 2: mutant[position] ^= 1 << numbers.number(below: 8)
        case 3: mutant[position] = UInt8(numbers.number(below: 256))
        case 4: mutant.insert(contentsOf: bytes(1 + numbers.number(below: 6)), at: position)
        case 5:
            let end = min(mutant.count, position + 1 + numbers.number(below: 6))
            mutant.removeSubrange(position..<end)
        case 6: mutant.removeSubrange(position...)
        case 7:
            // What is there once, twice.
            let end = min(mutant.count, position + 1 + numbers.number(below: 40))
            mutant.insert(contentsOf: mutant[position..<end], at: position)
        default:
            // Lengths stand behind tags.
            let tags: Set<UInt8> = [0x02, 0x04, 0x06, 0x30, 0x31, 0xa0, 0xa1]
            let places = mutant.indices.dropLast().filter { tags.contains(mutant[$0]) }
            guard let place = places.isEmpty ? nil : numbers.pick(places) else { return }
            mutant[place + 1] = numbers.pick([0, 1, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xff])
        }
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(numbers.number(below: 256)) }
    }
}
