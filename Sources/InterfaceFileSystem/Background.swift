import CLinux
import Glibc
import LinuxFiles

/// The way into the background, with a parent that waits until the interface answers.
public enum Background {
    /// Closes what the caller left open, the standard streams aside: somebody may wait for the
    /// end of a pipe. To be called before anything is opened.
    public static func closeInheritedDescriptors() {
        closefrom(STDERR_FILENO + 1)
    }

    /// Goes on in a child; the parent ends here, with the child's success.
    ///
    /// - Returns: What the child calls once it is ready.
    /// - Throws: The errno, in a process that still is the only one.
    public static func enter() throws(InterfaceError) -> () -> Void {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(.current) }
        let child = fork()
        guard child >= 0 else { throw .system(.current) }
        guard child == 0 else {
            close(ends[1])
            _exit(waitForByte(ends[0]) ? 0 : 1)
        }
        close(ends[0])
        setsid()
        let readyEnd = ends[1]
        return {
            detachStandardStreams()
            var byte: UInt8 = 0
            _ = write(readyEnd, &byte, 1)
            close(readyEnd)
        }
    }

    private static func waitForByte(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        while true {
            let size = read(descriptor, &byte, 1)
            if size < 0, Errno.current == .interrupted { continue }
            return size == 1
        }
    }

    /// Whoever reads the parent's output shall not wait for the child's, and no directory shall
    /// stay busy.
    private static func detachStandardStreams() {
        chdir("/")
        let null = clinux_openat(AT_FDCWD, "/dev/null", O_RDWR)
        guard null >= 0 else { return }
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(null, stream) }
        if null > STDERR_FILENO { close(null) }
    }
}
