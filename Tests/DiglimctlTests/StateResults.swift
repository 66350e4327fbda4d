/// What `diglimctl status --json` prints.
struct StatusResult: Decodable, Equatable {
    struct Interface: Decodable, Equatable {
        var path: String?
        var abi: String?
        var error: String?
    }
    struct Digests: Decodable, Equatable {
        var parser: Int
        var file: Int
        var metadata: Int
        var digestList: Int
    }
    struct Lists: Decodable, Equatable {
        struct Broken: Decodable, Equatable {
            var file: String
            var error: String
        }
        struct Foreign: Decodable, Equatable {
            var label: String
            var file: String?
        }
        var directory: String
        var loaded: Int
        var current: Int
        var empty: Int
        var otherFormats: Int
        var otherLabels: Int
        var missing: [String]
        var changed: [String]
        var extra: [String]
        var broken: [Broken]
        var blocked: [String]
        var foreign: [Foreign]
        var emptyEntries: [String]
        var error: String?
    }
    struct Actions: Decodable, Equatable {
        struct List: Decodable, Equatable {
            var label: String
            var lacks: [String]
        }
        struct Uncounted: Decodable, Equatable {
            var label: String
            var reason: String
        }
        var seen: [String]
        var weaker: [List]
        var ignored: [String]
        var uncounted: [Uncounted]?
    }
    struct Enforcement: Decodable, Equatable {
        struct List: Decodable, Equatable {
            var label: String
            var algorithms: [String]
        }
        var mode: String
        var since: String?
        var until: String?
        var refused: Int?
        var wouldRefuse: Int?
        var unreported: Int?
        var trust: String?
        var algorithm: String?
        var digests: Int?
        var never: [List]
    }
    struct Combined: Decodable, Equatable {
        struct List: Decodable, Equatable {
            var label: String
            var parts: Int
            var digests: Int
            var unknown: Int
            var packages: [String]
        }
        var lists: [List]
        var lacking: [String]
    }
    struct Packages: Decodable, Equatable {
        var database: String
        var installed: Int?
        var stale: [String]
        var error: String?
    }
    struct Parser: Decodable, Equatable {
        var path: String
        var lists: [String]
        var known: Bool
        var error: String?
    }
    struct Service: Decodable, Equatable {
        var unit: String
        var load: String?
        var active: String?
        var sub: String?
        var result: String?
        var status: String?
        var error: String?
    }
    var well: Bool
    var problems: [String]
    var interface: Interface
    var enforcement: Enforcement?
    var digests: Digests?
    var lists: Lists?
    var combined: Combined?
    var packages: Packages?
    var actions: Actions?
    var parser: Parser?
    var service: Service?
}

/// What `diglimctl list --json` prints for a list.
struct ListedList: Decodable, Equatable {
    struct Block: Decodable, Equatable {
        var type: String
        var algorithm: String
        var immutable: Bool
        var modifiers: Int
        var count: Int
    }
    var label: String
    var package: String?
    var digest: String
    var size: Int
    var blocks: [Block]
    var mutable: Int
    var immutable: Int
    var actions: [String]?
}

/// What `diglimctl query --json` prints for an operand.
struct QueriedOperand: Decodable, Equatable {
    struct Digest: Decodable, Equatable {
        var algorithm: String
        var digest: String
        var lists: [List]
    }
    struct List: Decodable, Equatable {
        var label: String
        var package: String?
        var packages: [String]?
        var type: String
        var immutable: Bool
        var modifiers: Int
        var actions: [String]
    }
    var operand: String
    var known: Bool
    var immutable: Bool
    var digests: [Digest]
    var error: String?

    /// The packages of all lists that hold the operand.
    var packages: [String] { digests.flatMap(\.lists).map { $0.package ?? "" } }
}
