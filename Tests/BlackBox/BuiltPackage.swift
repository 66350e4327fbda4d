import Foundation

/// An RPM package made by `rpmbuild(8)`.
public struct BuiltPackage: Sendable {
    /// The package's file.
    public let path: String
    /// The package as `name-version-release.arch`.
    public let name: String

    /// The file name of the package's digest list.
    public var listName: String { "0-file_list-rpm-\(name)" }

    /// Builds a package.
    ///
    /// - Parameters:
    ///   - name: The package's name.
    ///   - version: The package's version; its release is 1.
    ///   - arch: The package's architecture.
    ///   - directory: Where it is built.
    ///   - algorithm: The digests' algorithm by OpenPGP's number.
    ///   - preamble: More lines of the preamble.
    ///   - script: The commands that make the files, in their root directory.
    ///   - files: The lines of `%files`.
    ///   - scriptlets: The sections of what runs when the package is installed or removed.
    public init(
        _ name: String, version: String = "1", arch: String = "noarch",
        in directory: TemporaryDirectory, algorithm: Int = 8, preamble: String = "",
        script: String, files: String, scriptlets: String = ""
    ) throws {
        self.name = "\(name)-\(version)-1.\(arch)"
        let top = try directory.makeDirectory("rpmbuild-\(self.name)")
        let spec = try directory.write(
            """
            Name: \(name)
            Version: \(version)
            Release: 1
            Summary: A package for tests
            License: GPL-2.0-or-later
            \(arch == "noarch" ? "BuildArch: noarch" : "")
            \(preamble)
            %description
            %install
            mkdir -p %{buildroot}
            cd %{buildroot}
            \(script)
            \(scriptlets)
            %files
            \(files)

            """, to: "\(self.name).spec")
        // Neither the user's configuration nor the distribution's steps after %install.
        let macros = [
            "_topdir \(top)", "_tmppath \(top)", "_binary_filedigest_algorithm \(algorithm)",
            "_binary_payload w1.zstdio", "__os_install_post %{nil}", "debug_package %{nil}",
            "_build_id_links none",
        ]
        let target = arch == "noarch" ? [] : ["--target", "\(arch)-linux"]
        var command = Command(
            "rpmbuild",
            ["-bb", "--nodeps"] + target + macros.flatMap { ["--define", $0] } + [spec])
        command.environment = ["PATH=/usr/bin:/bin", "HOME=\(top)", "LC_ALL=C.UTF-8"]
        let outcome = try command.run(atMost: 600)
        guard outcome.status == 0 else { throw CommandError("rpmbuild: \(outcome.errors)") }
        path = "\(top)/RPMS/\(arch)/\(self.name).rpm"
    }
}

/// The file name of a package's digest list.
///
/// - Parameter package: The package's name.
public func listName(_ package: String) -> String { "0-file_list-rpm-\(package)-1-1.noarch" }

/// The files of a package, by `rpm -qp --dump`.
///
/// - Parameter path: The package's file.
public func dumpedFiles(of path: String) throws -> [PackagedFile] {
    let lines = try output(of: "rpm", "-qp", "--nosignature", "--dump", path)
        .split(separator: "\n")
    return try lines.filter { $0 != "(contains no files)" }.map { line in
        // Path, size, time, digest, mode, owner, group, three numbers, target of a link; only the
        // path may have blanks.
        let fields = line.split(separator: " ")
        let path = fields.dropLast(10).joined(separator: " ")
        let rest = Array(fields.suffix(10))
        guard rest.count == 10, let size = UInt64(rest[0]), let mode = UInt16(rest[3], radix: 8),
            let slash = path.lastIndex(of: "/")
        else { throw CommandError("no line of rpm --dump: \(line)") }
        return PackagedFile(
            directory: String(path[...slash]), name: String(path[path.index(after: slash)...]),
            mode: mode, size: size, digest: rest[2].allSatisfy { $0 == "0" } ? "" : String(rest[2]))
    }
}
