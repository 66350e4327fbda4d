import BlackBox
import Foundation
import Testing

/// A machine on which packages are installed: this one, whose files stay as they are, with
/// directories of the test's own over some.
///
/// It has a package database, no service manager, and an empty `/sys`.
struct OverlayMachine {
    private let directory: TemporaryDirectory

    /// What the scripts may call.
    private static let functions = """
        rpm() {
            case $1 in -q*) ;; *) set -- "$@" --nodeps ;; esac
            command rpm --dbpath /database --nosignature "$@"
        }
        interface=/sys/kernel/security/integrity/diglim
        emulate() {
            mkdir -p $interface
            diglim-emulator "$@" $interface
        }

        """

    /// Creates a machine.
    ///
    /// - Parameter packages: The packages in its folder `/packages`, in folders by number.
    init(_ packages: [SpecBuild]) throws {
        directory = try TemporaryDirectory()
        for (number, build) in packages.enumerated() {
            let folder = try directory.makeDirectory("packages/\(number + 1)")
            for (name, file) in build.files {
                try output(of: "cp", file, "\(folder)/\(name).rpm")
            }
        }
        try directory.makeDirectory("machine")
        try directory.makeDirectory("changes")
    }

    /// Has the machine run a script, and stops it.
    ///
    /// - Parameter script: Commands of the shell. `rpm` works on the machine's database; `emulate`
    ///   mounts the emulator at `$interface`; the packages are in `/packages`, in folders by
    ///   number.
    /// - Returns: How the script ended, and what it wrote.
    func run(_ script: String) throws -> Outcome {
        try directory.write(Self.functions + script, to: "packages/script")
        let setup = """
            set -e
            mount -t tmpfs machine "$1/machine"
            cd "$1/machine"
            mkdir upper work root
            mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work machine root
            mkdir root/packages root/database
            mount --bind "$1/packages" root/packages
            mount --rbind /dev root/dev
            mount -t proc proc root/proc
            mount -t tmpfs machine root/run
            mount -t tmpfs machine root/sys
            status=0
            chroot root sh /packages/script || status=$?
            umount root/sys/kernel/security/integrity/diglim 2>/dev/null || :
            cp -a upper/. "$1/changes"
            exit $status
            """
        var command = Command(
            "unshare", ["--mount", "--pid", "--fork", "sh", "-c", setup, "sh", directory.path])
        command.environment = [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root",
        ]
        return try command.run(atMost: 600)
    }

    /// The path of a file that the script has written, or anything that it has called.
    ///
    /// - Parameter path: The file's path on the machine.
    func path(_ path: String) -> String { directory.path("changes\(path)") }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where no file system can be mounted over another one.
    static var needsOverlay: Self {
        .enabled(if: canOverlay, "no overlay file system can be mounted here")
    }
}

private let canOverlay: Bool = {
    let script = """
        mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/r &&
        mount -t overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w overlay /mnt/r
        """
    return (try? runProgram("unshare", ["--mount", "sh", "-c", script]))?.status == 0
}()
