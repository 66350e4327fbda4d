import CLinux
import LinuxFiles

/// The system calls that a program may make from some moment on, and the programs that it starts;
/// any other ends it.
///
/// It is a filter of `seccomp(2)`, which leaves the kernel's mark of a parser alone; Landlock, fewer
/// capabilities and namespaces of users take that away.
public struct SystemCallFilter {
    private var program: [sock_filter] = []

    /// Begins with none.
    public init() {
        // A call of another architecture has another number.
        load(offset: 4)
        skip(BPF_JEQ, clinux_architecture, onYes: 1)
        end(SECCOMP_RET_KILL_PROCESS)
        load(offset: 0)
    }

    /// Allows system calls.
    ///
    /// - Parameter numbers: Their numbers, `SYS_*` of `<sys/syscall.h>`.
    public mutating func allow(_ numbers: Int32...) { answer(numbers, with: SECCOMP_RET_ALLOW) }

    /// Answers system calls.
    ///
    /// - Parameters:
    ///   - numbers: Their numbers.
    ///   - action: The answer, `SECCOMP_RET_*` of `<linux/seccomp.h>`.
    package mutating func answer(_ numbers: [Int32], with action: UInt32) {
        for number in numbers {
            skip(BPF_JEQ, UInt32(number), onNo: 1)
            end(action)
        }
    }

    /// Allows a system call where none of some bits is set in an argument.
    ///
    /// - Parameters:
    ///   - number: The call's number.
    ///   - bits: The bits.
    ///   - argument: The argument's position, from 0.
    public mutating func allow(_ number: Int32, without bits: Int32, in argument: UInt32) {
        skip(BPF_JEQ, UInt32(number), onNo: 4)
        load(offset: 16 + 8 * argument)
        skip(BPF_JSET, UInt32(bitPattern: bits), onYes: 1)
        end(SECCOMP_RET_ALLOW)
        end(SECCOMP_RET_KILL_PROCESS)
    }

    /// Allows what any program needs to read files, to write to what is open, and to end.
    ///
    /// Of `openat2(2)` a filter does not see the flags.
    public mutating func allowFiles() {
        allow(SYS_read, SYS_readv, SYS_write, SYS_close, SYS_lseek, SYS_openat2)
        allow(SYS_openat, without: ~(O_DIRECTORY | O_CLOEXEC | O_NONBLOCK), in: 2)
        allow(SYS_fstat, SYS_newfstatat, SYS_fstatfs, SYS_getdents64, SYS_fcntl)
        allow(SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise)
        allow(SYS_mmap, without: PROT_EXEC, in: 2)
        allow(SYS_mprotect, without: PROT_EXEC, in: 2)
        allow(SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep)
        allow(SYS_rt_sigaction, SYS_rt_sigreturn, SYS_restart_syscall, SYS_exit_group)
    }

    /// Has the kernel keep the program to this, and to the privileges that it has.
    ///
    /// A kernel without filters is told, and the program goes on.
    ///
    /// - Parameters:
    ///   - log: Where it is told.
    ///   - allowsOthers: Whether calls are allowed of which nothing was said.
    public consuming func apply(telling log: Log, allowsOthers: Bool = false) {
        end(allowsOthers ? SECCOMP_RET_ALLOW : SECCOMP_RET_KILL_PROCESS)
        guard clinux_filter_calls(&program, UInt16(program.count)) != 0 else { return }
        let reason = Message(Errno.current)
        log.write("the kernel does not restrict the program's system calls: " + reason, .warning)
    }

    // The offsets are those of `struct seccomp_data`, and of the lower half of an argument.
    private mutating func load(offset: UInt32) {
        program.append(
            sock_filter(code: UInt16(BPF_LD | BPF_W | BPF_ABS), jt: 0, jf: 0, k: offset))
    }

    private mutating func skip(
        _ test: Int32, _ value: UInt32, onYes: UInt8 = 0, onNo: UInt8 = 0
    ) {
        program.append(
            sock_filter(code: UInt16(BPF_JMP | test | BPF_K), jt: onYes, jf: onNo, k: value))
    }

    private mutating func end(_ action: UInt32) {
        program.append(sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: action))
    }
}
