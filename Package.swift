// swift-tools-version: 6.1
import PackageDescription

/// The trait `Embedded` builds the same targets without the Swift runtime, as the trusted
/// executables need them; without it they are ordinary Swift for the tools and the tests.
let everywhere: [SwiftSetting] = [
    .enableExperimentalFeature("Embedded", .when(traits: ["Embedded"])),
    .unsafeFlags(["-wmo"], .when(traits: ["Embedded"])),
]

let package = Package(
    name: "diglim-parser",
    products: [
        .library(name: "ConversionFuzzer", type: .static, targets: ["ConversionFuzzer"]),
        .library(name: "diglim", type: .static, targets: ["diglim"]),
    ],
    traits: [
        .trait(
            name: "Embedded",
            description: "Build the trusted executables as static Embedded Swift.")
    ],
    targets: [
        // What the kernel trusts: the parser, and the libraries that it is made of.
        .executableTarget(
            name: "rpm_parser",
            dependencies: [
                "DigestList", "KernelInterface", "LinuxFiles", "RPMHeader", "StaticProgram",
            ],
            swiftSettings: everywhere),
        .target(name: "DigestList", dependencies: ["CLinux"], swiftSettings: everywhere),
        .target(
            name: "RPMHeader",
            dependencies: ["CRPM", "DigestList", "LinuxFiles"],
            swiftSettings: everywhere,
            linkerSettings: [.linkedLibrary("rpm")]),
        .target(
            name: "KernelInterface",
            dependencies: ["DigestList", "LinuxFiles"],
            swiftSettings: everywhere),
        .target(name: "LinuxFiles", dependencies: ["CLinux"], swiftSettings: everywhere),
        .target(
            name: "StaticProgram", dependencies: ["CLinux", "DigestList", "LinuxFiles"],
            swiftSettings: everywhere),

        // What starts the parser: the kernel's program at boot, the service, and rpm's plugin.
        .executableTarget(
            name: "upload_digest_lists",
            dependencies: [
                "CLinux", "ChildProcesses", "DigestList", "KernelInterface", "LinuxFiles",
                "StaticProgram",
            ],
            swiftSettings: everywhere),
        .executableTarget(
            name: "watch_digest_lists",
            dependencies: [
                "CLinux", "ChildProcesses", "DigestList", "LinuxFiles", "StaticProgram",
            ],
            swiftSettings: everywhere),
        .target(
            name: "ChildProcesses", dependencies: ["CLinux", "LinuxFiles"],
            swiftSettings: everywhere),
        .target(
            name: "diglim",
            dependencies: [
                "CLinux", "CRPMDatabase", "CRPMPlugin", "DigestListTools", "KernelInterface",
                "LinuxFiles", "PackageHeader", "RPMHeader",
            ],
            swiftSettings: everywhere),
        .target(
            name: "PackageHeader",
            dependencies: [
                "CRPMDatabase", "DigestList", "DigestListTools", "LinuxFiles", "RPMHeader",
                "RPMHeaderTools",
            ],
            swiftSettings: everywhere),

        // What the plugin and the tools need of the parser's libraries, and the parser does not.
        .target(
            name: "DigestListTools", dependencies: ["DigestList", "LinuxFiles"],
            swiftSettings: everywhere),
        .target(
            name: "RPMHeaderTools", dependencies: ["CRPM", "LinuxFiles", "RPMHeader"],
            swiftSettings: everywhere),

        // The tools, and what they have in common.
        .executableTarget(
            name: "diglimctl",
            dependencies: [
                "AppendedSignature", "CArchive", "CCrypto", "CGlibc", "CRPMDatabase", "CSystemd",
                "CommandLineTool", "DigestList", "DigestListTools", "FileDigests",
                "KernelInterface", "KernelQueries", "LinuxFiles", "ListVerification",
                "MeasurementList", "PackageHeader", "RPMHeader", "RPMHeaderTools",
                "SigningOptions",
            ]),
        .executableTarget(
            name: "diglim-mkparser-list",
            dependencies: [
                "AppendedSignature", "CELF", "CommandLineTool", "DigestList", "DigestListTools",
                "FileDigests", "LinuxFiles", "SigningOptions",
            ]),
        .executableTarget(
            name: "diglim-emulator",
            dependencies: [
                "CommandLineTool", "DigestList", "InterfaceFileSystem", "LinuxFiles",
            ]),
        .target(
            name: "InterfaceFileSystem",
            dependencies: [
                "CCrypto", "CFUSE", "CLinux", "DigestList", "DigestListTools", "LinuxFiles",
            ]),
        .executableTarget(
            name: "diglim-enforcer",
            dependencies: [
                "CBPF", "CLinux", "CSystemd", "CommandLineTool", "DigestList", "DigestListTools",
                "EnforcerProgram", "FileDigests", "InterfaceFileSystem", "LinuxFiles",
                "ListVerification",
            ]),
        // The programs at the kernel's hooks are compiled before, for the kernel.
        .target(
            name: "EnforcerProgram", exclude: ["BPF"],
            cSettings: [.unsafeFlags(["-I\(Context.packageDirectory)/.build/bpf"])]),
        .target(
            name: "KernelQueries", dependencies: ["DigestList", "KernelInterface", "LinuxFiles"]),
        .target(
            name: "CommandLineTool",
            dependencies: ["CGlibc", "DigestList", "DigestListTools", "LinuxFiles"]),
        .target(name: "FileDigests", dependencies: ["CCrypto", "DigestList", "LinuxFiles"]),
        .target(name: "MeasurementList", dependencies: ["DigestList", "FileDigests"]),
        .target(
            name: "AppendedSignature",
            dependencies: ["CCrypto", "DigestList", "DigestListTools", "LinuxFiles"]),
        .target(
            name: "ListVerification",
            dependencies: [
                "AppendedSignature", "CCrypto", "CGlibc", "CLinux", "CRPMDatabase",
                "CommandLineTool", "DigestList", "DigestListTools", "FileDigests",
                "KernelInterface", "LinuxFiles", "RPMHeader", "RPMHeaderTools", "SigningOptions",
            ]),
        .target(
            name: "SigningOptions", dependencies: ["AppendedSignature", "CommandLineTool"]),

        // The headers of C libraries.
        .systemLibrary(name: "CArchive", path: "Sources/C/CArchive"),
        .systemLibrary(name: "CBPF", path: "Sources/C/CBPF"),
        .systemLibrary(name: "CCrypto", path: "Sources/C/CCrypto"),
        .systemLibrary(name: "CELF", path: "Sources/C/CELF"),
        .systemLibrary(name: "CFUSE", path: "Sources/C/CFUSE"),
        .systemLibrary(name: "CGlibc", path: "Sources/C/CGlibc"),
        .systemLibrary(name: "CLinux", path: "Sources/C/CLinux"),
        .systemLibrary(name: "CRPM", path: "Sources/C/CRPM"),
        .systemLibrary(name: "CRPMDatabase", path: "Sources/C/CRPMDatabase"),
        .systemLibrary(name: "CRPMPlugin", path: "Sources/C/CRPMPlugin"),
        .systemLibrary(name: "CSystemd", path: "Sources/C/CSystemd"),

        // The tests of the libraries.
        .testTarget(
            name: "DigestListTests",
            dependencies: ["BlackBox", "DigestList", "DigestListTools", "RandomNumbers"]),
        .testTarget(
            name: "RPMHeaderTests",
            dependencies: [
                "BlackBox", "CLinux", "CRPM", "CRPMDatabase", "DigestList", "LinuxFiles",
                "PackageHeader", "RPMHeader", "RPMHeaderTools", "RandomNumbers",
            ]),
        .testTarget(
            name: "KernelInterfaceTests",
            dependencies: [
                "BlackBox", "CLinux", "DigestList", "KernelInterface", "KernelQueries",
                "LinuxFiles", "RandomNumbers",
            ]),
        .testTarget(
            name: "LinuxFilesTests",
            dependencies: ["BlackBox", "CLinux", "LinuxFiles", "RandomNumbers"]),
        .testTarget(
            name: "FileDigestsTests",
            dependencies: ["BlackBox", "DigestList", "DigestListTools", "FileDigests"]),
        .testTarget(
            name: "MeasurementListTests",
            dependencies: [
                "BlackBox", "CheckedReading", "DigestList", "MeasurementList", "RandomNumbers",
            ]),
        .testTarget(
            name: "AppendedSignatureTests",
            dependencies: [
                "AppendedSignature", "BlackBox", "CCrypto", "DigestList", "DigestListTools",
                "RandomNumbers",
            ]),

        .testTarget(
            name: "ListVerificationTests",
            dependencies: ["BlackBox", "verification-driver"]),
        .executableTarget(
            name: "verification-driver",
            dependencies: ["CommandLineTool", "DigestList", "ListVerification"],
            path: "Tests/VerificationDriver"),

        // The tests of what is built and installed, and what these have in common.
        .testTarget(
            name: "ParserTests", dependencies: ["BlackBox", "RandomNumbers"],
            resources: [.copy("Resources")]),
        .testTarget(
            name: "UploaderTests", dependencies: ["BlackBox"], resources: [.copy("Resources")]),
        .testTarget(name: "WatcherTests", dependencies: ["BlackBox"]),
        .testTarget(name: "RPMPluginTests", dependencies: ["BlackBox"]),
        .testTarget(
            name: "DiglimctlTests",
            dependencies: [
                "BlackBox", "CSystemd", "CheckedReading", "MeasurementList", "RandomNumbers",
            ]),
        .testTarget(name: "MkparserListTests", dependencies: ["BlackBox", "RandomNumbers"]),
        .testTarget(
            name: "EmulatorTests",
            dependencies: [
                "BlackBox", "DigestList", "DigestListTools", "InterfaceFileSystem", "RandomNumbers",
            ]),
        .testTarget(
            name: "EnforcerTests",
            dependencies: [
                "BlackBox", "CommandLineTool", "DigestList", "EnforcerProgram",
                "InterfaceFileSystem", "LinuxFiles", "RandomNumbers", "diglim-enforcer",
            ]),
        .testTarget(name: "PackagingTests", dependencies: ["BlackBox"]),
        .testTarget(name: "DracutTests", dependencies: ["BlackBox"]),
        .target(
            name: "BlackBox", dependencies: ["CCrypto", "CSpawn"], path: "Tests/BlackBox"),
        .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
        .target(name: "RandomNumbers", path: "Tests/RandomNumbers"),

        // Mutants of headers, with sanitizers.
        .target(
            name: "CheckedConversion",
            dependencies: ["DigestList", "DigestListTools", "RPMHeader", "RPMHeaderTools"],
            path: "Tests/CheckedConversion"),
        .executableTarget(
            name: "mutation-sweep",
            dependencies: [
                "CheckedConversion", "LinuxFiles", "RPMHeader", "RPMHeaderTools", "RandomNumbers",
            ],
            path: "Tests/MutationSweep"),
        .target(
            name: "CheckedReading",
            dependencies: ["DigestList", "MeasurementList", "RandomNumbers"],
            path: "Tests/CheckedReading"),
        .executableTarget(
            name: "log-sweep", dependencies: ["CheckedReading", "RandomNumbers"],
            path: "Tests/LogSweep"),
        .target(
            name: "ConversionFuzzer", dependencies: ["CheckedConversion", "RPMHeader"],
            path: "Tests/ConversionFuzzer"),
    ]
)
