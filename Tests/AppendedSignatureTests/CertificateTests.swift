import AppendedSignature
import BlackBox
import Foundation
import Testing

@Suite struct CertificateTests {
    @Test(arguments: X509Key.Kind.allCases)
    func namesAreThoseThatOpensslSays(kind: X509Key.Kind) throws {
        let key = try Keys.key(kind)
        let text = try output(
            of: "openssl", "x509", "-in", key.certificatePath, "-noout", "-nameopt", "RFC2253",
            "-subject", "-issuer", "-serial", "-ext", "subjectKeyIdentifier")
        let lines = text.split(separator: "\n")
        for path in [key.certificatePath, key.certificateDERPath] {
            let certificate = try Certificate(path: path)
            #expect(lines[0] == "subject=\(certificate.subject)")
            #expect(lines[1] == "issuer=\(certificate.issuer)")
            #expect(lines[2].lowercased() == "serial=\(certificate.serial)")
            let identifier = lines[4].filter(\.isHexDigit).lowercased()
            #expect(certificate.subjectKeyID == identifier)
        }
    }

    @Test func namesInOtherScripts() throws {
        let key = try X509Key(.ecP256, name: "diglim-parser Pr\u{fc}fung \u{6e2c}\u{8a66}")
        #expect(try key.certificate().subject == key.subject)
    }

    @Test func validity() throws {
        let now = time(nil)
        #expect(try X509Key(.ecP256).certificate().validity(at: now) == .valid)
        for kind in [X509Key.Kind.ecP256, .ed25519] {
            let expired = try X509Key(kind, validity: .expired)
            let day = try self.day("-enddate", of: expired)
            #expect(try expired.certificate().validity(at: now) == .expired(on: day))
            let early = try X509Key(kind, validity: .notYet)
            let first = try self.day("-startdate", of: early)
            #expect(try early.certificate().validity(at: now) == .notYetValid(until: first))
            // Whether they may sign is not for the library to say.
            let message = try expired.signer().sign([1])
            #expect(try verdict(on: message, over: [1], expired) == "good")
        }
    }

    /// The day that `openssl x509` gives.
    private func day(_ option: String, of key: X509Key) throws -> String {
        let text = try output(
            of: "openssl", "x509", "-in", key.certificatePath, "-noout", "-dateopt", "iso_8601",
            option)
        let value = try #require(text.split(separator: "=").last)
        return String(value.prefix(10))
    }

    @Test func theFirstOfSeveralIsTaken() throws {
        let keys = try [Keys.key(.ecP384), Keys.key(.rsa2048)]
        let encoded =
            try readFile(keys[0].keyPath) + readFile(keys[0].certificatePath)
            + readFile(keys[1].certificatePath)
        let certificate = try Certificate(encoded: encoded, name: "both")
        #expect(try certificate.serial == keys[0].certificate().serial)
    }

    @Test func whatIsNoCertificate() throws {
        let key = try Keys.key(.rsa2048)
        let directory = try TemporaryDirectory()
        expectError("\(directory.path("none")): No such file or directory") {
            try Certificate(path: directory.path("none"))
        }
        expectError("\(directory.path): Is a directory") { try Certificate(path: directory.path) }
        let der = try readFile(key.certificateDERPath)
        for encoded in try [[], Array("text".utf8), Array(der.dropLast()), readFile(key.keyPath)] {
            expectError("NAME: no certificate, neither in PEM nor in DER") {
                try Certificate(encoded: encoded, name: "NAME")
            }
        }
        expectError("NAME: bytes after the certificate") {
            try Certificate(encoded: der + [0], name: "NAME")
        }
        let pem = String(decoding: try readFile(key.certificatePath), as: UTF8.self)
        let damaged = pem.replacing("MII", with: "MIJ", maxReplacements: 1)
        let error = #expect(throws: SigningError.self) {
            try Certificate(encoded: Array(damaged.utf8), name: "NAME")
        }
        #expect(error?.text.hasPrefix("NAME: the certificate cannot be read: ") == true)
    }

    @Test func certificateWithoutSubjectKeyIdentifier() throws {
        let key = try X509Key(.ecP256)
        let configuration = try key.directory.write(
            "[req]\nprompt = no\ndistinguished_name = name\n[name]\nCN = bare\n", to: "bare.cnf")
        try output(
            of: "openssl", "req", "-new", "-x509", "-config", configuration, "-key", key.keyPath,
            "-out", key.certificatePath)
        #expect(try key.certificate().subjectKeyID == nil)
        expectError("the certificate CN=bare has no subject key identifier") {
            try key.signer(.sha256, .subjectKeyID)
        }
        #expect(try verdict(on: key.signer().sign([]), over: [], key) == "good")
    }
}
