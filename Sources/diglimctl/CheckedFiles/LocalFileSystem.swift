import CGlibc
import Glibc

/// What a mounted file system means to a walk.
enum LocalFileSystem {
    /// Files without contents that last, as in the rules of `examples/ima`, and the like.
    private static let withoutContent: Set<UInt32> = [
        0x9fa0,  // procfs
        0x6265_6572,  // sysfs
        0x6462_6720,  // debugfs
        0x7472_6163,  // tracefs
        0x7363_6673,  // securityfs
        0x6265_6570,  // configfs
        0x1cd1,  // devpts
        0x4249_4e4d,  // binfmt_misc
        0xf97c_ff8c,  // SELinux
        0x4341_5d53,  // Smack
        0x0027_e0eb, 0x6367_7270,  // cgroup, cgroup2
        0x6e73_6673,  // nsfs
        0xde5e_81e4,  // efivarfs
        0x6165_676c,  // pstore
        0xcafe_4a11,  // bpf
        0x1980_0202,  // mqueue
        0x6573_5543,  // FUSE's control files
        0x0187,  // autofs
    ]

    /// Files of other machines.
    private static let remote: Set<UInt32> = [
        0x6969,  // NFS
        0xff53_4d42, 0xfe53_4d42, 0x517b,  // CIFS, SMB 2, SMB
        0x00c3_6400,  // Ceph
        0x5346_414f, 0x6b41_4653,  // AFS
        0x7375_7245,  // Coda
        0x0bd0_0bd0,  // Lustre
    ]

    /// Whether the file system of a directory is to be walked where another has it mounted.
    ///
    /// - Parameter descriptor: The directory.
    static func isWalked(_ descriptor: Int32) -> Bool {
        var status = statfs()
        guard fstatfs(descriptor, &status) == 0 else { return true }
        let type = UInt32(truncatingIfNeeded: status.f_type)
        return !withoutContent.contains(type) && !remote.contains(type)
    }

    /// Whether programs on the file system of a directory can be executed.
    ///
    /// - Parameter descriptor: The directory.
    static func allowsExecution(_ descriptor: Int32) -> Bool {
        var status = statfs()
        guard fstatfs(descriptor, &status) == 0 else { return true }
        return status.f_flags & noExecution == 0
    }

    /// `ST_NOEXEC` of `<sys/statvfs.h>`.
    private static let noExecution = 8
}
