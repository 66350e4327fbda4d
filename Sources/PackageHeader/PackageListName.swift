/// The file name of a package's digest list, which depends on the packages that it is one of.
///
/// Of packages that differ in nothing but their epochs, the one with the lowest has the plain name,
/// `POSITION-file_list-rpm-NAME-VERSION-RELEASE.ARCH`. The others have their epoch and a colon in
/// front of the version, where no version has one.
public struct PackageListName: Sendable {
    /// The name without an epoch, and without a NUL.
    public let plain: [UInt8]
    /// The package's epoch; 0 for none.
    public let epoch: UInt32
    private let versionStart: Int

    /// The longest name of a file, in bytes.
    static let longest = 255

    /// Makes the name of a package's list.
    ///
    /// - Parameters:
    ///   - plain: The name without an epoch.
    ///   - epoch: The package's epoch.
    /// - Returns: `nil` for what is not named like a list of a package.
    init?(plain: [UInt8], epoch: UInt32) {
        guard let start = Self.versionStart(in: plain) else { return nil }
        self.plain = plain
        self.epoch = epoch
        versionStart = start
    }

    /// Reads a file name.
    ///
    /// - Parameter fileName: The name, without a NUL.
    /// - Returns: `nil` for what is not named like a list of a package.
    public init?(_ fileName: [UInt8]) {
        guard let start = Self.versionStart(in: fileName) else { return nil }
        let zero = UInt8(ascii: "0")
        let digits = fileName[start...].prefix { (zero...UInt8(ascii: "9")).contains($0) }
        let colon = digits.endIndex
        guard !digits.isEmpty, colon < fileName.count, fileName[colon] == UInt8(ascii: ":") else {
            self.init(plain: fileName, epoch: 0)
            return
        }
        var epoch: UInt64 = 0
        for digit in digits.prefix(11) { epoch = epoch * 10 + UInt64(digit - zero) }
        guard let epoch = UInt32(exactly: epoch) else { return nil }
        self.init(plain: Array(fileName[..<start] + fileName[(colon + 1)...]), epoch: epoch)
    }

    /// The name with the epoch; `nil` where it is too long for a file name.
    public var withEpoch: [UInt8]? {
        var digits: [UInt8] = []
        var rest = epoch
        repeat {
            digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        let name =
            plain[..<versionStart] + digits.reversed() + [UInt8(ascii: ":")]
            + plain[versionStart...]
        return name.count <= Self.longest ? Array(name) : nil
    }

    /// The name among those of other packages; `nil` where it is too long for a file name.
    ///
    /// - Parameter lowestEpoch: The lowest epoch among the packages with the same plain name.
    public func name(lowestEpoch: UInt32) -> [UInt8]? { epoch <= lowestEpoch ? plain : withEpoch }

    /// The package's name.
    public var package: ArraySlice<UInt8> {
        plain[(Self.hyphens(in: plain)[2] + 1)..<(versionStart - 1)]
    }

    /// Where the version begins: version and release have no hyphens.
    private static func versionStart(in name: [UInt8]) -> Int? {
        let hyphens = hyphens(in: name)
        return hyphens.count >= 5 ? hyphens[hyphens.count - 2] + 1 : nil
    }

    private static func hyphens(in name: [UInt8]) -> [Int] {
        name.indices.filter { name[$0] == UInt8(ascii: "-") }
    }
}
