import BlackBox
import DigestList
import DigestListTools
import Foundation
import InterfaceFileSystem
import Synchronization
import Testing

@Suite(.needsFUSE)
struct SessionTests {
    private let interface = Interface(abi: .v3, actions: .measured, deletionActions: .measured)
    private let owner = TestOwner()
    private let list = compactList(.of(1, 2))

    private func session(
        files: [AdditionalFile] = [], hangup: (() throws(InterfaceError) -> Void)? = nil,
        prepare: (Session) -> Void = { _ in }
    ) throws -> OwnSession {
        try OwnSession(interface, owner: owner, files: files, hangup: hangup, prepare: prepare)
    }

    private func decideLater(by verdict: Verdict) {
        owner.decide = { _ throws(InterfaceError) in
            try verdict.answer { byte throws(InterfaceError) in
                guard byte < 8 else { throw .accessDenied }
                return LoadedList.Actions(rawValue: byte)
            }
        }
    }

    private func isOwnThread(_ id: pid_t) -> Bool { access("/proc/self/task/\(id)", F_OK) == 0 }

    // MARK: Uploads

    @Test("The owner is asked about each upload, and its answer is done")
    func decisions() throws {
        let session = try session()
        #expect(session.mount.add(list, label: "one") == "ok")
        owner.decide = { _ throws(InterfaceError) in throw .accessDenied }
        #expect(session.mount.add(compactList(.of(3)), label: "two") == "EACCES")
        owner.decide = { _ in .now(.all) }
        #expect(session.mount.delete(list, label: "one") == "ok")
        #expect(
            session.mount.write([UInt8](repeating: 0, count: 4 << 20), to: "digest_list_add")
                == "ENOMEM")
        #expect(try session.mount.loadedNames().isEmpty)
        #expect(owner.uploads.map(\.operation) == [.add, .add, .delete])
        #expect(
            owner.uploads.map { String(decoding: $0.label, as: UTF8.self) }
                == ["one", "two", "one"])
        #expect(owner.uploads.map(\.list) == [list, compactList(.of(3)), list])
        #expect(owner.uploads.allSatisfy { isOwnThread($0.writer) && !$0.isPath })
    }

    @Test("Until the owner has decided, others get their answers, but nobody else uploads")
    func lateDecisions() throws {
        let verdict = Verdict()
        decideLater(by: verdict)
        let session = try session()
        let emulator = session.mount
        #expect(emulator.write(Array("one\0".utf8), to: "digest_list_label") == "ok")
        let writing = session.startWriting(list, to: "digest_list_add")
        verdict.waitUntilAsked()
        #expect(try emulator.counts() == ["0", "0", "0", "0"])
        #expect(try emulator.loadedNames().isEmpty)
        #expect(emulator.write(list, to: "digest_list_del") == "EBUSY")
        #expect(emulator.write(list, to: "digest_query") == "EBUSY")
        #expect(emulator.write(Array("two\0".utf8), to: "digest_list_label") == "ok")
        verdict.give(0)
        verdict.waitUntilAsked()
        #expect(try emulator.counts() == ["0", "0", "0", "0"])
        verdict.give(5)
        #expect(writing.result == "ok")
        let name = "sha256-\(sha256(list))-one"
        #expect(emulator.query("sha256-\(sha256(list))").hasPrefix("\(name) (actions: 5)"))
        #expect(interface.label == Array("two".utf8))

        let refused = session.startWriting(compactList(.of(3)), to: "digest_list_add")
        verdict.waitUntilAsked()
        verdict.give(8)
        #expect(refused.result == "EACCES")
        #expect(try emulator.counts() == ["0", "2", "0", "1"])
        #expect(
            owner.ends == [
                "digest_list_label ok", "digest_list_label ok", "digest_list_add ok",
                "digest_query ok", "digest_list_add EACCES",
            ])
    }

    @Test("Of a path the list is read first, then the owner is asked")
    func paths() throws {
        let directory = try TemporaryDirectory()
        let signature: [UInt8] =
            [1, 2, 3] + SignatureTrailer.Kind.pkcs7.trailer(signatureLength: 3)
        let path = try directory.write(list + signature, to: "list")
        let verdict = Verdict()
        decideLater(by: verdict)
        let session = try session()
        #expect(session.mount.write(Array("/missing".utf8), to: "digest_list_add") == "ENOENT")
        #expect(owner.uploads.isEmpty)
        let writing = session.startWriting(Array("\(path)\n".utf8), to: "digest_list_add")
        verdict.waitUntilAsked()
        let upload = try #require(owner.uploads.first)
        #expect(upload.isPath)
        #expect(upload.label == Array(path.utf8))
        #expect(upload.list == list)
        #expect(try session.mount.loadedNames().isEmpty)
        verdict.give(2)
        #expect(writing.result == "ok")
        #expect(interface.loadedLists.map(\.label) == [Array(path.utf8)])
        #expect(owner.ends == ["digest_list_add ENOENT", "digest_list_add ok"])
    }

    @Test("An owner that cannot take the list lets the write fail")
    func refusal() throws {
        owner.receive = { _ throws(InterfaceError) in throw .noMemory }
        let session = try session()
        #expect(session.mount.add(list, label: "one") == "ENOMEM")
        #expect(try session.mount.loadedNames().isEmpty)
        #expect(try session.mount.counts() == ["0", "0", "0", "0"])
    }

    // MARK: Additional files

    @Test("A file beside DIGLIM's own shows what it held when reading began")
    func reading() throws {
        var turn: UInt8 = 0
        let long = AdditionalFile(
            name: "long", mode: 0o440,
            content: {
                turn += 1
                return [UInt8](repeating: turn, count: 10_000)
            }, write: nil)
        let closed = AdditionalFile(
            name: "closed", mode: 0o600,
            content: { () throws(InterfaceError) in throw .accessDenied },
            write: { _, _ in .now(()) })
        let session = try session(files: [long, closed])
        let emulator = session.mount
        let names = try FileManager.default.contentsOfDirectory(atPath: emulator.directory)
        #expect(names.count == 8)
        #expect(Set(names).isSuperset(of: ["long", "closed"]))
        var attributes = stat()
        #expect(stat(emulator.path("long"), &attributes) == 0)
        #expect(attributes.st_mode == S_IFREG | 0o440)
        #expect(try emulator.read("long") == [UInt8](repeating: 1, count: 10_000))
        let (first, second) = (emulator.open("long", O_RDONLY), emulator.open("long", O_RDONLY))
        defer {
            close(first)
            close(second)
        }
        var byte: UInt8 = 0
        #expect(pread(first, &byte, 1, 0) == 1 && byte == 2)
        #expect(pread(second, &byte, 1, 0) == 1 && byte == 3)
        #expect(pread(first, &byte, 1, 9_999) == 1 && byte == 2)
        #expect(pread(first, &byte, 1, 10_000) == 0)
        #expect(pread(first, &byte, 1, 0) == 1 && byte == 4)
        #expect(emulator.write([1], to: "long") == "EINVAL")
        let refused = emulator.open("closed", O_RDONLY)
        #expect(read(refused, &byte, 1) == -1)
        #expect(errorName(errno) == "EACCES")
        close(refused)
    }

    @Test("A write to such a file is its owner's, who may answer later")
    func writing() throws {
        let verdict = Verdict()
        var written: [[UInt8]] = []
        let file = AdditionalFile(
            name: "mode", mode: 0o600, content: nil,
            write: { bytes, writer throws(InterfaceError) in
                guard isOwnThread(writer) else { throw .notPermitted }
                written.append(bytes)
                switch bytes.first {
                case UInt8(ascii: "!"): throw .busy
                case UInt8(ascii: "?"):
                    return try verdict.answer { byte throws(InterfaceError) in
                        if byte != 1 { throw .noMemory }
                    }
                default: return .now(())
                }
            })
        let session = try session(files: [file])
        let emulator = session.mount
        let shell = O_WRONLY | O_TRUNC | O_CREAT
        #expect(emulator.write(Array("audit\n".utf8), to: "mode", flags: shell) == "ok")
        #expect(emulator.write(Array("!".utf8), to: "mode") == "EBUSY")
        for (byte, result) in [(UInt8(1), "ok"), (2, "ENOMEM")] {
            let late = session.startWriting(Array("?".utf8), to: "mode")
            verdict.waitUntilAsked()
            #expect(emulator.add(compactList(.of(byte))) == "ok")
            verdict.give(byte)
            #expect(late.result == result)
        }
        #expect(written == ["audit\n", "!", "?", "?"].map { Array($0.utf8) })
        let descriptor = emulator.open("mode", O_RDONLY)
        defer { close(descriptor) }
        var byte: UInt8 = 0
        #expect(read(descriptor, &byte, 1) == -1)
        #expect(errorName(errno) == "EINVAL")
        let options = ["if=/dev/zero", "bs=1", "count=1", "of=\(emulator.path("mode"))"]
        #expect(try runProgram("dd", options).errors.contains("Operation not permitted"))
    }

    // MARK: The session

    @Test("What else there is to wait for has its handlers, which can take others away")
    func sources() throws {
        let (first, second, last) = (Verdict(), Verdict(), Verdict())
        let done = DispatchSemaphore(value: 0)
        let bytes = Mutex<[UInt8]>([])
        func source(_ verdict: Verdict, then: @escaping (Session) -> Void) -> (Session) -> Void {
            { session in
                let handler = { [unowned session] () throws(InterfaceError) in
                    _ = try verdict.answer { byte in bytes.withLock { $0.append(byte) } }
                    then(session)
                    done.signal()
                }
                session.sources.append(EventSource(verdict.descriptor, handler: handler))
            }
        }
        let session = try session(prepare: { session in
            source(first) { $0.sources.remove(at: 1) }(session)
            source(second) { _ in }(session)
            source(last) { _ in }(session)
        })
        second.give(1)
        done.wait()
        last.give(2)
        done.wait()
        first.give(3)
        done.wait()
        second.give(4)
        last.give(5)
        done.wait()
        #expect(bytes.withLock { $0 } == [1, 2, 3, 5])
        #expect(session.mount.add(list) == "ok")
    }

    @Test("A handler's error ends the session, and what waits for an answer fails")
    func failingHandler() throws {
        let (verdict, source) = (Verdict(), Verdict())
        decideLater(by: verdict)
        let session = try session(prepare: { session in
            session.sources = [
                EventSource(source.descriptor) { () throws(InterfaceError) in throw .notPermitted }
            ]
        })
        let writing = session.startWriting(list, to: "digest_list_add")
        verdict.waitUntilAsked()
        source.give(1)
        #expect(session.waitForEnd() == .notPermitted)
        #expect(writing.result != "ok")
        #expect(interface.loadedLists.isEmpty)
    }

    @Test("SIGHUP can be handled, other signals end the session")
    func hangup() throws {
        let count = Mutex(0)
        let handled = DispatchSemaphore(value: 0)
        let session = try session(hangup: {
            count.withLock { $0 += 1 }
            handled.signal()
        })
        for _ in 0..<2 {
            session.send(SIGHUP)
            handled.wait()
        }
        #expect(session.mount.add(list) == "ok")
        session.send(SIGTERM)
        #expect(session.waitForEnd() == nil)
        #expect(count.withLock { $0 } == 2)
    }

    @Test("Name and messages are those of the program")
    func parameters() throws {
        let session = try session()
        let mounts = try String(contentsOfFile: "/proc/mounts", encoding: .utf8)
        #expect(mounts.contains("diglim \(session.mount.directory) fuse.diglim-test "))
        let messages = Mutex<[String]>([])
        let other = Session(FileSystem(interface, owner: owner))
        let isMounted = other.mount(
            on: "/missing", program: "test", options: "fsname=diglim",
            tell: { message in messages.withLock { $0.append(message) } })
        #expect(!isMounted)
        #expect(messages.withLock { $0.contains { $0.contains("/missing") } })
    }
}
