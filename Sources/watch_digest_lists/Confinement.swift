import CLinux
import StaticProgram

extension SystemCallFilter {
    /// What it takes to watch, to run the parser, and to be it: a filter outlives `exec`.
    ///
    /// Sockets, the table of mounts and the queue of events are open before.
    static var toWatch: SystemCallFilter {
        var filter = SystemCallFilter()
        filter.allowFiles()
        filter.allow(SYS_inotify_add_watch, SYS_inotify_rm_watch, SYS_ppoll, SYS_sendto)
        filter.allow(SYS_pipe2, SYS_dup3, SYS_rt_sigprocmask, SYS_kill, SYS_wait4)
        filter.allow(SYS_clone, SYS_clone3, SYS_execve)
        // How a static program of the C library begins, and the parser shuts itself in.
        filter.allow(SYS_set_tid_address, SYS_set_robust_list, SYS_rseq, SYS_prlimit64)
        filter.allow(SYS_readlinkat, SYS_getrandom, SYS_getpeername, SYS_prctl)
        filter.allow(SYS_sysinfo, SYS_futex)
        #if arch(x86_64)
            filter.allow(SYS_poll, SYS_dup2, SYS_vfork, SYS_readlink, SYS_arch_prctl)
        #endif
        return filter
    }
}
