import CommandLineTool
import KernelInterface
import KernelQueries

/// What `diglimctl status` has found.
struct StatusReport: Encodable {
    /// Whether all is well.
    var isWell: Bool { problems.isEmpty }
    /// What is not well.
    private(set) var problems: [Problem] = []
    /// DIGLIM's interface.
    var interface: InterfaceState
    /// What the enforcer says, where the interface is its own.
    var enforcement: Enforcement?
    /// How many digests the kernel holds.
    var digests: DigestCounts?
    /// The lists that are loaded beside those of the directory.
    var lists: ListComparison?
    /// The lists that combine those of packages.
    var combined: CombinedLists?
    /// The lists of the directory beside what is installed.
    var packages: PackageComparison?
    /// What IMA has done with the loaded lists.
    var actions: ActionsCheck?
    /// Whether the kernel knows the parser; an enforcer does not ask who uploads.
    var parser: ParserCheck?
    /// The state of the service.
    var service: ServiceState?

    /// What can be not well.
    enum Problem: String, Encodable {
        /// There is no interface, or it does not read as expected.
        case interface
        /// The directory cannot be read.
        case directory
        /// Lists are not loaded.
        case missing
        /// Other lists are loaded than the files hold.
        case changed
        /// Lists are loaded that no file stands for.
        case extra
        /// Files cannot be loaded.
        case broken
        /// The kernel cannot load lists until it starts anew.
        case blocked
        /// Lists are loaded under labels that are not theirs.
        case foreign
        /// Packages have digests that the list which combines theirs lacks.
        case lacking
        /// IMA ignores lists, or takes them for less than others.
        case actions
        /// The kernel does not know the installed parser.
        case parser
        /// The service does not run.
        case service
    }

    /// DIGLIM's interface.
    struct InterfaceState: Encodable {
        /// The interface's directory; `nil` where nobody can tell.
        var path: String?
        /// The numbering of types, `v2` or `v3`.
        var abi: String?
        /// Why there is none, or what fails there.
        var error: String?
    }

    /// The numbers of `digests_count`.
    struct DigestCounts: Encodable {
        /// Digests of parsers.
        var parser: UInt64
        /// Digests of files' contents.
        var file: UInt64
        /// Digests of files' metadata.
        var metadata: UInt64
        /// Digests of the digest lists themselves.
        var digestList: UInt64

        private enum CodingKeys: String, CodingKey {
            case parser
            case file
            case metadata
            case digestList = "digest_list"
        }

        /// Takes the counts over.
        ///
        /// - Parameter counts: The counts.
        init(_ counts: Interface.Counts) {
            parser = counts.parser
            file = counts.file
            metadata = counts.metadata
            digestList = counts.digestList
        }
    }

    private enum CodingKeys: String, CodingKey {
        case well
        case problems
        case interface
        case enforcement
        case digests
        case lists
        case combined
        case packages
        case actions
        case parser
        case service
    }

    /// Begins a report.
    init() { interface = InterfaceState() }

    func encode(to encoder: Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isWell, forKey: .well)
        try container.encode(problems, forKey: .problems)
        try container.encode(interface, forKey: .interface)
        try container.encodeIfPresent(enforcement, forKey: .enforcement)
        try container.encodeIfPresent(digests, forKey: .digests)
        try container.encodeIfPresent(lists, forKey: .lists)
        try container.encodeIfPresent(combined, forKey: .combined)
        try container.encodeIfPresent(packages, forKey: .packages)
        try container.encodeIfPresent(actions, forKey: .actions)
        try container.encodeIfPresent(parser, forKey: .parser)
        try container.encodeIfPresent(service, forKey: .service)
    }
}

extension StatusReport {
    /// Finds what is not well; a service of which nobody knows does not count, and lists of
    /// packages that are not installed are perhaps there for a reason.
    mutating func judge() {
        func note(_ problem: Problem, if isThere: Bool) {
            if isThere { problems.append(problem) }
        }
        note(.interface, if: interface.error != nil)
        if let lists {
            note(.directory, if: lists.error != nil)
            note(.missing, if: !lists.missing.isEmpty)
            note(.changed, if: !lists.changed.isEmpty)
            note(.extra, if: !lists.extra.isEmpty)
            note(.broken, if: !lists.broken.isEmpty)
            note(.blocked, if: !lists.blocked.isEmpty)
            note(.foreign, if: !lists.foreign.isEmpty)
        }
        note(.lacking, if: combined?.lacking.isEmpty == false)
        if let actions {
            note(.actions, if: !actions.weaker.isEmpty || !actions.ignored.isEmpty)
        }
        if let parser { note(.parser, if: !parser.known) }
        note(.service, if: service?.isWell == false)
    }
}
