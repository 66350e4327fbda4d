import CLinux
import LinuxFiles

/// A file system of the kernel's that parsers need.
struct KernelFileSystem {
    /// The type's name.
    let type: StaticString
    /// Where it has to be mounted.
    let mountPoint: StaticString
    /// The type's number, `*_MAGIC` of `<linux/magic.h>`.
    private let magic: Int32

    /// All of them, each behind the one that its mount point is in.
    static let all = [
        KernelFileSystem(type: "proc", mountPoint: "/proc", magic: PROC_SUPER_MAGIC),
        KernelFileSystem(type: "sysfs", mountPoint: "/sys", magic: SYSFS_MAGIC),
        KernelFileSystem(
            type: "securityfs", mountPoint: "/sys/kernel/security", magic: SECURITYFS_MAGIC),
    ]

    /// Whether it is mounted.
    var isMounted: Bool {
        var status = statfs()
        return statfs(mountPoint.cString, &status) == 0 && status.f_type == Int(magic)
    }

    /// Mounts it, without devices, programs and privileges.
    ///
    /// - Throws: ``Errno`` of `mount(2)`.
    func mount() throws(Errno) {
        guard clinux_mount(type.cString, mountPoint.cString) == 0 else { throw .current }
    }

    /// Unmounts it.
    ///
    /// - Throws: ``Errno`` of `umount(2)`.
    func unmount() throws(Errno) {
        guard umount(mountPoint.cString) == 0 else { throw .current }
    }
}
