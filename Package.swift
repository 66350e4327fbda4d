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
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CRPM"),
        .systemLibrary(name: "CCrypto"),
        .systemLibrary(name: "CELF"),
        .systemLibrary(name: "CFUSE"),
        .systemLibrary(name: "CGlibc"),
        .systemLibrary(name: "CRPMDatabase"),
        .systemLibrary(name: "CRPMPlugin"),
        .systemLibrary(name: "CSystemd"),
        .target(name: "DigestList", dependencies: ["CLinux"], swiftSettings: everywhere),
        .testTarget(
            name: "DigestListTests", dependencies: ["BlackBox", "DigestList", "RandomNumbers"]),
        .target(name: "LinuxFiles", dependencies: ["CLinux"], swiftSettings: everywhere),
        .testTarget(
            name: "LinuxFilesTests",
            dependencies: ["BlackBox", "CLinux", "LinuxFiles", "RandomNumbers"]),
        .target(
            name: "RPMHeader",
            dependencies: ["CRPM", "DigestList", "LinuxFiles"],
            swiftSettings: everywhere,
            linkerSettings: [.linkedLibrary("rpm")]),
        .testTarget(
            name: "RPMHeaderTests",
            dependencies: [
                "BlackBox", "CLinux", "CRPM", "CRPMDatabase", "DigestList", "LinuxFiles",
                "PackageHeader", "RPMHeader", "RandomNumbers",
            ]),
        .target(
            name: "KernelInterface",
            dependencies: ["DigestList", "LinuxFiles"],
            swiftSettings: everywhere),
        .testTarget(
            name: "KernelInterfaceTests",
            dependencies: [
                "BlackBox", "CLinux", "DigestList", "KernelInterface", "LinuxFiles",
                "RandomNumbers",
            ]),
        .executableTarget(
            name: "diglim-emulator",
            dependencies: ["CCrypto", "CFUSE", "CGlibc", "CLinux", "DigestList", "LinuxFiles"]),
        .testTarget(
            name: "EmulatorTests",
            dependencies: ["BlackBox", "DigestList", "RandomNumbers", "diglim-emulator"]),
        .target(
            name: "StaticProgram", dependencies: ["CLinux", "DigestList", "LinuxFiles"],
            swiftSettings: everywhere),
        .executableTarget(
            name: "rpm_parser",
            dependencies: [
                "DigestList", "KernelInterface", "LinuxFiles", "RPMHeader", "StaticProgram",
            ],
            swiftSettings: everywhere),
        .executableTarget(
            name: "upload_digest_lists",
            dependencies: [
                "CLinux", "DigestList", "KernelInterface", "LinuxFiles", "StaticProgram",
            ],
            swiftSettings: everywhere),
        .target(name: "CommandLineTool", dependencies: ["CGlibc", "DigestList", "LinuxFiles"]),
        .target(name: "FileDigests", dependencies: ["CCrypto", "DigestList", "LinuxFiles"]),
        .testTarget(
            name: "FileDigestsTests", dependencies: ["BlackBox", "DigestList", "FileDigests"]),
        .target(
            name: "AppendedSignature", dependencies: ["CCrypto", "DigestList", "LinuxFiles"]),
        .testTarget(
            name: "AppendedSignatureTests",
            dependencies: [
                "AppendedSignature", "BlackBox", "CCrypto", "DigestList", "RandomNumbers",
            ]),
        .target(
            name: "SigningOptions", dependencies: ["AppendedSignature", "CommandLineTool"]),
        .executableTarget(
            name: "diglim-mkparser-list",
            dependencies: [
                "AppendedSignature", "CELF", "CommandLineTool", "DigestList", "FileDigests",
                "LinuxFiles", "SigningOptions",
            ]),
        .testTarget(name: "MkparserListTests", dependencies: ["BlackBox", "RandomNumbers"]),
        .testTarget(name: "PackagingTests", dependencies: ["BlackBox"]),
        .executableTarget(
            name: "diglimctl",
            dependencies: [
                "AppendedSignature", "CCrypto", "CGlibc", "CRPMDatabase", "CSystemd",
                "CommandLineTool", "DigestList", "FileDigests", "KernelInterface", "LinuxFiles",
                "PackageHeader", "RPMHeader", "SigningOptions",
            ]),
        .target(
            name: "PackageHeader",
            dependencies: ["CRPMDatabase", "DigestList", "LinuxFiles", "RPMHeader"],
            swiftSettings: everywhere),
        .target(
            name: "diglim",
            dependencies: [
                "CLinux", "CRPMDatabase", "CRPMPlugin", "KernelInterface", "LinuxFiles",
                "PackageHeader", "RPMHeader",
            ],
            swiftSettings: everywhere),
        .testTarget(name: "RPMPluginTests", dependencies: ["BlackBox"]),
        .target(
            name: "CheckedConversion", dependencies: ["DigestList", "RPMHeader"],
            path: "Tests/CheckedConversion"),
        .executableTarget(
            name: "mutation-sweep",
            dependencies: ["CheckedConversion", "LinuxFiles", "RPMHeader", "RandomNumbers"],
            path: "Tests/MutationSweep"),
        .target(
            name: "ConversionFuzzer", dependencies: ["CheckedConversion", "RPMHeader"],
            path: "Tests/ConversionFuzzer"),
        .target(name: "RandomNumbers", path: "Tests/RandomNumbers"),
        .testTarget(
            name: "DiglimctlTests", dependencies: ["BlackBox", "CSystemd", "RandomNumbers"]),
        .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
        .target(
            name: "BlackBox", dependencies: ["CCrypto", "CSpawn"], path: "Tests/BlackBox"),
        .testTarget(
            name: "ParserTests", dependencies: ["BlackBox", "RandomNumbers"],
            resources: [.copy("Resources")]),
        .testTarget(
            name: "UploaderTests", dependencies: ["BlackBox"], resources: [.copy("Resources")]),
        .testTarget(name: "DracutTests", dependencies: ["BlackBox"]),
    ]
)
