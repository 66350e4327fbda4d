import BlackBox
import Foundation
import Testing

/// The process that verifies may end, and nothing is lost with it.
@Suite(.needs(.diglimctl))
struct ProcessTests {
    private let lists: TemporaryDirectory
    private let key: X509Key
    private let keys: TemporaryDirectory
    private var names: [String] = []

    init() throws {
        lists = try TemporaryDirectory()
        key = try X509Key(.ecP256)
        keys = try ListVerificationTests.keys(key)
        names = (0..<20).map { "\($0)-file_list-compact-x" }
        for number in 0..<20 { try write(number) }
        try key.sign(names.map { lists.path($0) })
    }

    private func list(_ number: Int) -> [UInt8] {
        ListBlock([[UInt8](repeating: UInt8(number), count: 32)]).bytes
    }

    private func write(_ number: Int) throws {
        try lists.write(list(number), to: "\(number)-file_list-compact-x")
    }

    private func good(_ number: Int) -> Verification.Result {
        .good(["\(sha256(list(number))):\(list(number).count)"])
    }

    /// A library that does something where a hash is begun for a list of the hostile number 7.
    private func library(_ action: String, atStart: String = "") throws -> String {
        let source = try keys.write(
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <fcntl.h>
            #include <stdlib.h>
            #include <string.h>
            #include <signal.h>
            #include <sys/syscall.h>
            #include <unistd.h>
            __attribute__((constructor)) static void start(void)
            {
                \(atStart)
            }
            void *BIO_new_mem_buf(const void *data, int size)
            {
                static const char digest[] = "\\7\\7\\7\\7\\7\\7\\7\\7\\7\\7\\7\\7\\7\\7\\7\\7";
                void *(*original)(const void *, int) = dlsym(RTLD_NEXT, "BIO_new_mem_buf");
                if (size > 0 && memmem(data, size, digest, 16) && size < 100) {
                    \(action)
                }
                return original(data, size);
            }

            """, to: ".ends.c")
        let path = lists.path(".ends.so")
        try output(of: "cc", "-shared", "-fPIC", "-o", path, source, "-ldl")
        try keys.remove(".ends.c")
        return path
    }

    @Test func hostileLabels() throws {
        try lists.makeDirectory("sub")
        try lists.write(lists.bytes(of: names[0]), to: "sub/x")
        try FileManager.default.createSymbolicLink(
            atPath: lists.path("link"), withDestinationPath: lists.path(names[0]))
        #expect(mkfifo(lists.path("fifo"), 0o600) == 0)
        let verification = try Verification(of: lists.path, keys: keys.path)
        let labels: [[UInt8]] =
            [
                "", ".", "..", "/", "sub/x", "./\(names[0])", "\(lists.path)/\(names[0])", "sub",
                "link", "fifo", "nowhere", String(repeating: "a", count: 113) + "~",
                String(repeating: "b", count: 5000), "\(names[0])/",
            ].map { Array($0.utf8) } + [Array(names[0].utf8) + [0], [0xff, 0xfe], [10, 27, 0x5b]]
        for (label, result) in zip(labels, try verification.results(of: labels)) {
            guard case .refused = result else {
                Issue.record("\(label): \(result)")
                continue
            }
        }
        #expect(try verification.result(of: names[0]) == good(0))
        #expect(try verification.result(of: "link") == .refused("a symbolic link, not a file"))
        #expect(try verification.result(of: "fifo") == .refused("not a regular file"))
        #expect(try verification.end() == 0)
    }

    @Test func abortAtAList() throws {
        let verification = try Verification(
            of: lists.path, keys: keys.path, preloading: library("abort();"))
        for _ in 0..<3 {
            let results = try verification.results(of: names + names)
            for (index, result) in results.enumerated() {
                #expect(
                    result
                        == (index % 20 == 7
                            ? .refused("it ended (signal 6) at this signature")
                            : good(index % 20)))
            }
        }
        #expect(try verification.end() == 0)
    }

    /// Whatever a library is made to do at a list.
    @Test func privileges() throws {
        let (written, hasLandlock) = (keys.path(".written"), lists.path(".landlock"))
        let verification = try Verification(
            of: lists.path, keys: keys.path,
            preloading: library(
                "close(open(\"\(written)\", O_CREAT | O_WRONLY, 0600));",
                atStart: """
                    if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0)
                        close(open("\(hasLandlock)", O_CREAT | O_WRONLY, 0600));
                    """))
        #expect(try verification.results(of: names) == (0..<20).map(good))
        let status = String(
            decoding: try readFile("/proc/\(verification.worker)/status"), as: UTF8.self)
        #expect(status.contains("NoNewPrivs:\t1\n"))
        let capabilities = geteuid() == 0 ? "4" : "0"
        for set in ["Eff", "Prm"] {
            #expect(status.contains("Cap\(set):\t000000000000000\(capabilities)\n"))
        }
        if access(hasLandlock, F_OK) == 0 { #expect(access(written, F_OK) != 0) }
    }

    @Test func killedInTheMiddle() throws {
        let verification = try Verification(
            of: lists.path, keys: keys.path,
            preloading: library(
                """
                if (access("\(lists.path)/.go", F_OK) == 0)
                    raise(SIGSTOP);
                """))
        // Nothing of it is known, whatever has been read ahead.
        try lists.write([], to: ".go")
        let changed = try lists.bytes(of: names[7])
        try lists.write(changed, to: names[7])
        let numbers = try verification.request(names.map { Array($0.utf8) })
        let worker = verification.worker
        try wait {
            String(decoding: try readFile("/proc/\(worker)/stat"), as: UTF8.self).contains(") T ")
        }
        kill(worker, SIGKILL)
        // It may have been read ahead when the process ended; then it is waited for once more.
        try lists.remove(".go")
        for (index, result) in try verification.wait(for: numbers).enumerated() {
            if index == 7, result == .refused("it ended (signal 9) at this signature") { continue }
            #expect(result == good(index))
        }
        #expect(verification.worker != worker)
        #expect(try verification.result(of: names[7]) == good(7))
        #expect(try verification.end() == 0)
    }

    @Test func killedAgainAndAgain() throws {
        let verification = try Verification(of: lists.path, keys: keys.path)
        for round in 0..<20 {
            let numbers = try verification.request(names.map { Array($0.utf8) })
            kill(verification.worker, SIGKILL)
            for (index, result) in try verification.wait(for: numbers).enumerated() {
                if case .refused(let reason) = result, reason.contains("ended (signal 9)") {
                    continue
                }
                #expect(result == good(index), "\(round)")
            }
        }
        #expect(try verification.results(of: names) == (0..<20).map(good))
    }

    @Test func manyRequests() throws {
        let verification = try Verification(of: lists.path, keys: keys.path)
        let labels = (0..<10_000).map { names[$0 % 20] }
        let results = try verification.results(of: labels)
        #expect(results == (0..<10_000).map { good($0 % 20) })
        #expect(try verification.end() == 0)
    }

    @Test func replacedLists() throws {
        let verification = try Verification(of: lists.path, keys: keys.path)
        let other = try TemporaryDirectory()
        for round in 0..<50 {
            #expect(try verification.result(of: names[0]) == good(round % 2 == 0 ? 0 : 1))
            try write((round + 1) % 2, to: names[0], by: other)
        }
        try lists.write(list(3), to: names[0])
        #expect(try verification.result(of: names[0]) == .refused("not signed"))
        try lists.remove(names[0])
        #expect(
            try verification.result(of: names[0])
                == .refused("no file has this name: No such file or directory"))
    }

    /// Replaces a list in its place, or by another file.
    private func write(_ number: Int, to name: String, by other: TemporaryDirectory) throws {
        let source = lists.path("\(number)-file_list-compact-x.kept")
        if access(source, F_OK) != 0 {
            try other.write(list(number), to: "list")
            try key.sign([other.path("list")])
            try lists.write(other.bytes(of: "list"), to: "\(number)-file_list-compact-x.kept")
        }
        let bytes = try readFile(source)
        if number == 0 {
            try lists.write(bytes, to: name)
        } else {
            try lists.write(bytes, to: ".new")
            #expect(rename(lists.path(".new"), lists.path(name)) == 0)
        }
    }

    @Test func otherDirectory() throws {
        let parent = try TemporaryDirectory()
        let verification = try Verification(of: parent.path("lists"), keys: keys.path)
        guard case .refused = try verification.result(of: names[0]) else {
            Issue.record("there is no directory")
            return
        }
        try FileManager.default.copyItem(atPath: lists.path, toPath: parent.path("lists"))
        #expect(try verification.results(of: names) == (0..<20).map(good))
        try parent.remove("lists")
        try parent.makeDirectory("lists")
        guard case .refused = try verification.result(of: names[0]) else {
            Issue.record("the directory is empty")
            return
        }
    }

    @Test func endOfTheParent() throws {
        let verification = try Verification(of: lists.path, keys: keys.path)
        let worker = verification.worker
        #expect(kill(worker, 0) == 0)
        verification.kill()
        try wait {
            let status = try? readFile("/proc/\(worker)/stat")
            return status.map { String(decoding: $0, as: UTF8.self).contains(") Z") } ?? true
        }
    }

    @Test func descriptors() throws {
        let verification = try Verification(of: lists.path, keys: keys.path)
        #expect(try verification.result(of: names[0]) == good(0))
        let folder = "/proc/\(verification.worker)/fd"
        var targets: [String] = []
        // It goes on reading what may be asked for next.
        try wait {
            targets = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
            }
            return targets.count == 6
        }
        #expect(targets.count { $0 == "/dev/null" } == 3)
        #expect(targets.contains("anon_inode:inotify"))
        #expect(targets.contains(lists.path))
    }
}
