import BlackBox
import Foundation

/// The scripts that rpm runs on a build root, installed as a distribution would.
struct BuildRootScripts {
    /// The script that makes the parser's lists.
    let parserList: String
    /// The script that runs those in `brp-suse.d` by their names, as that of openSUSE does.
    let suse: String

    /// Installs them.
    ///
    /// - Parameter directory: Where they go.
    init(in directory: TemporaryDirectory) throws {
        let folder = try directory.makeDirectory("lib/brp-suse.d")
        parserList = directory.path("lib/brp-diglim-parser-list")
        suse = directory.path("lib/brp-suse")
        let files = FileManager.default
        try files.copyItem(atPath: packaging("brp-diglim-parser-list"), toPath: parserList)
        try files.createSymbolicLink(
            atPath: "\(folder)/brp-98-diglim-parser-list",
            withDestinationPath: "../brp-diglim-parser-list")
        try Self.write(
            "for script in '\(folder)'/brp*; do \"$script\" || exit 1; done", to: suse)
        let strip = try output(of: "rpm", "--eval", "%{_rpmconfigdir}/brp-strip")
        try Self.write("exec \(strip)", to: "\(folder)/brp-15-strip-debug")
        try Self.write(Self.pesign, to: "\(folder)/brp-99-pesign")
    }

    /// Takes away what the patterns in `BRP_PESIGN_FILES` match, as `brp-99-pesign` of
    /// pesign-obs-integration does for the Open Build Service.
    private static let pesign = """
        cd "$RPM_BUILD_ROOT"
        for pattern in $BRP_PESIGN_FILES; do
            pattern=${pattern#/}
            find . -type f -path "./${pattern#./}" -exec cp --parents -t "$PESIGN_COPIES" {} +
        done
        """

    private static func write(_ script: String, to path: String) throws {
        try Data("#!/bin/sh\nset -e\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
}
