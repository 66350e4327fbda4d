import Foundation
import Testing

/// The filter of system calls that a program puts in place, to be tried without the program.
public final class InstalledFilter {
    private let directory: TemporaryDirectory

    /// Takes the filter from a run of the program: strace prints it as a C compiler reads it.
    ///
    /// - Parameter command: The command, which ends by itself.
    public init(of command: Command) throws {
        directory = try TemporaryDirectory()
        var traced = command
        traced.program = "strace"
        traced.arguments =
            [
                "-f", "-v", "-qq", "-e", "trace=prctl", "-e", "signal=none", "-o",
                directory.path("trace"),
            ]
            + [command.program] + command.arguments
        _ = try traced.run()
        let trace = String(decoding: try directory.bytes(of: "trace"), as: UTF8.self)
        // Behind the number of the process; those of programs that it starts come later.
        let calls = trace.split(separator: "\n").filter { $0.contains(" prctl(PR_SET_") }
        try #require(calls.count >= 2, "\(trace)")
        #expect(calls[0].contains(" prctl(PR_SET_NO_NEW_PRIVS, 1,"))
        let filter = try #require(calls[1].firstMatch(of: /filter=\[(.*)\]/)?.1)
        try directory.write(Self.program(String(filter)), to: "act.c")
        try output(of: "cc", "-o", directory.path("act"), directory.path("act.c"))
    }

    /// Does something under the filter.
    ///
    /// - Parameter act: What is done; see the program's text.
    /// - Returns: The exit status, 0 where it could be done and 1 where it failed, or the negative
    ///   number of a signal.
    public func status(of act: String) throws -> Int32 {
        try runProgram(directory.path("act"), [act]).status
    }

    private static func program(_ filter: String) -> String {
        #"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <linux/filter.h>
        #include <linux/seccomp.h>
        #include <sched.h>
        #include <signal.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/mount.h>
        #include <sys/prctl.h>
        #include <sys/ptrace.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static struct sock_filter filter[] = { \#(filter) };

        static long act(const char *name)
        {
        	static char *arguments[] = { "/nowhere", 0 };
        	char byte;

        	if (!strcmp(name, "read"))
        		return read(open("/dev/zero", O_RDONLY | O_CLOEXEC), &byte, 1);
        	if (!strcmp(name, "map"))
        		return munmap(mmap(0, 4096, PROT_READ | PROT_WRITE,
        				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
        	if (!strcmp(name, "execve")) return execve("/nowhere", arguments, 0) + 1;
        	if (!strcmp(name, "fork")) return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) + 1;
        	if (!strcmp(name, "thread")) return unshare(0);
        	if (!strcmp(name, "socket")) return socket(AF_UNIX, SOCK_STREAM, 0);
        	if (!strcmp(name, "kill")) return kill(0, 0);
        	if (!strcmp(name, "ptrace")) return ptrace(PTRACE_TRACEME, 0, 0, 0);
        	if (!strcmp(name, "mount")) return mount("none", "/nowhere", "none", 0, 0) + 1;
        	if (!strcmp(name, "unlink")) return unlinkat(AT_FDCWD, "/nowhere", 0) + 1;
        	if (!strcmp(name, "bpf")) return syscall(SYS_bpf, 0, 0, 0) + 1;
        	if (!strcmp(name, "memory file")) return memfd_create("a", 0);
        	if (!strcmp(name, "write-open")) return openat(AT_FDCWD, "/dev/null", O_WRONLY);
        	if (!strcmp(name, "create")) return openat(AT_FDCWD, "/dev/null", O_CREAT, 0600);
        	if (!strcmp(name, "map code"))
        		return munmap(mmap(0, 4096, PROT_READ | PROT_EXEC,
        				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
        	if (!strcmp(name, "make code"))
        		return mprotect(mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        				4096, PROT_READ | PROT_EXEC);
        #ifdef __x86_64__
        	if (!strcmp(name, "other architecture")) {
        		/* The number of getpid() is that of an allowed call of 64 bits. */
        		long result = 20;
        		__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
        		return result;
        	}
        #endif
        	return -1;
        }

        int main(int count, char **arguments)
        {
        	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

        	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
        		return 2;
        	return act(arguments[count - 1]) < 0;
        }
        """#
    }
}
