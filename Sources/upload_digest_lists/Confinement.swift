import CLinux
import StaticProgram

extension SystemCallFilter {
    /// What it takes to have the kernel read compact lists.
    static var forCompactLists: SystemCallFilter {
        var filter = SystemCallFilter()
        filter.allowFiles()
        filter.allow(SYS_ppoll, SYS_getcwd)
        #if arch(x86_64)
            filter.allow(SYS_poll)
        #endif
        return filter
    }

    /// All but what neither a parser of whatever format needs, nor this program once all is
    /// mounted: a filter outlives `exec`.
    static var toRunParsers: SystemCallFilter {
        var filter = SystemCallFilter()
        // Other processes, and the kernel itself.
        filter.refuse(SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_getfd)
        filter.refuse(SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup)
        filter.refuse(SYS_init_module, SYS_finit_module, SYS_delete_module)
        filter.refuse(SYS_kexec_load, SYS_kexec_file_load, SYS_reboot, SYS_syslog)
        filter.refuse(SYS_swapon, SYS_swapoff, SYS_acct, SYS_settimeofday, SYS_clock_settime)
        filter.refuse(SYS_add_key, SYS_request_key, SYS_keyctl, SYS_personality)
        // What is seen of the file systems.
        filter.refuse(SYS_mount, SYS_move_mount, SYS_open_tree, SYS_mount_setattr)
        filter.refuse(SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick)
        filter.refuse(SYS_chroot, SYS_pivot_root, SYS_unshare, SYS_setns)
        filter.refuse(SYS_mknodat, SYS_open_by_handle_at, SYS_fanotify_init)
        // The network, and files that nobody sees.
        filter.refuse(SYS_socket, SYS_socketpair, SYS_memfd_create)
        return filter
    }

    /// Has system calls end the program.
    private mutating func refuse(_ numbers: Int32...) {
        answer(numbers, with: SECCOMP_RET_KILL_PROCESS)
    }
}
