import CBPF
import CLinux
import CommandLineTool
import EnforcerProgram
import Glibc
import InterfaceFileSystem
import LinuxFiles

/// Whether some process has a block device open for writing.
///
/// The programs count those that were opened after they were attached.
func someProcessWritesToBlockDevices() -> Bool {
    let processes = (try? entries(of: Path("/proc"))) ?? []
    return processes.contains { Int32($0.text) != nil && writesToBlockDevices($0) }
}

private func writesToBlockDevices(_ process: Path) -> Bool {
    let directory = Path("/proc").appending(process)
    let descriptors = (try? entries(of: directory.appending("fd"))) ?? []
    return descriptors.contains { name in
        var status = stat()
        let path = directory.appending("fd").appending(name)
        guard path.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFBLK
        else { return false }
        // The link itself has the permissions of the open file.
        guard path.withCString({ lstat($0, &status) }) == 0 else { return true }
        return status.st_mode & S_IWUSR != 0
    }
}

/// Looks once a minute whether block devices that were open for writing at the start still are,
/// and lets digests be kept when none is.
struct RawWriterTimer {
    /// What the session waits for.
    let source: EventSource

    /// Starts the timer.
    ///
    /// - Parameter programs: What keeps digests.
    /// - Returns: `nil` where they may be kept already.
    init?(_ programs: KernelPrograms) throws(CommandError) {
        let control: enforcer_control
        do { control = try programs.control.value(enforcer_control()) } catch {
            throw CommandError(error.text)
        }
        if control.uncached == 0 { return nil }
        let timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        guard timer >= 0 else { throw CommandError(Errno.current.text) }
        var interval = itimerspec()
        interval.it_interval.tv_sec = 60
        interval.it_value.tv_sec = 60
        timerfd_settime(timer, 0, &interval, nil)
        source = EventSource(timer) { () throws(InterfaceError) in
            var expirations: UInt64 = 0
            _ = read(timer, &expirations, MemoryLayout<UInt64>.size)
            if someProcessWritesToBlockDevices() { return }
            guard var control = try? programs.control.value(enforcer_control()) else { return }
            control.uncached = 0
            try? programs.control.set(control)
            interval = itimerspec()
            timerfd_settime(timer, 0, &interval, nil)
        }
    }
}
