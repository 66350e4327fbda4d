import RandomNumbers

/// The ways in which a header is changed.
enum Mutation: String, CaseIterable {
    case bitFlips = "flipped bits"
    case byteSets = "changed bytes"
    case truncation = "cut off"
    case removal = "bytes taken out"
    case insertion = "bytes put in"
    case splice = "two lists joined"
    case entryField = "field of an entry"
    case countsTogether = "all counts"
    case entrySwap = "entries swapped"
    case entryCopy = "entry doubled"
    case entryRemoval = "entry taken out"
    case headerCounts = "sizes of the header"
    case regionTrailer = "trailer of the region"
    case signatureTrailer = "trailer of the signature"
    case outside = "entry outside the region"
    case repetition = "tag repeated"
    case regionEntry = "entry of the region moved"
    case trailerPlace = "trailer of the region moved"
    case countAgainstOffset = "count against offset"
    case nestedSignatures = "signatures in each other"
    case number = "number of a file"
    case string = "string of a file"
}

/// A list while it is changed.
struct Mutant {
    var bytes: [UInt8]
    var random: SplitMix64
    var layout: HeaderLayout
    let headers: Headers

    /// Begins with one of the lists, without its signature every other time, and now and then made
    /// one that no package of today has.
    init?(of headers: Headers, _ random: SplitMix64) {
        self.headers = headers
        self.random = random
        bytes = headers.pick(&self.random)
        // The end of the file is the end of the header then, and of the memory.
        if self.random.one(in: 2), let layout = HeaderLayout(of: bytes) {
            bytes.removeLast(bytes.count - layout.end)
        }
        if self.random.one(in: 4) { bytes.shuffleTags(&self.random) }
        if self.random.one(in: 8) { bytes.makeNamesOld() }
        guard let layout = HeaderLayout(of: bytes) else { return nil }
        self.layout = layout
    }

    /// Changes the list, in one way and sometimes in more.
    ///
    /// - Returns: The first way.
    mutating func mutate() -> Mutation {
        let first = random.pick(Mutation.allCases)
        apply(first)
        while random.one(in: 4) { apply(random.pick(Mutation.allCases)) }
        return first
    }

    private mutating func apply(_ mutation: Mutation) {
        guard !bytes.isEmpty else { return }
        switch mutation {
        case .bitFlips: flipBits()
        case .byteSets: setBytes()
        case .truncation: truncate()
        case .removal: remove()
        case .insertion: insert()
        case .splice: splice()
        case .entryField: changeEntryField()
        case .countsTogether: changeCountsTogether()
        case .entrySwap: swapEntries()
        case .entryCopy: copyEntry()
        case .entryRemoval: removeEntry()
        case .headerCounts: changeHeaderCounts()
        case .regionTrailer: changeRegionTrailer()
        case .signatureTrailer: changeSignatureTrailer()
        case .outside: addEntriesOutside()
        case .repetition: repeatTag()
        case .regionEntry: moveRegionEntry()
        case .trailerPlace: changeTrailer()
        case .countAgainstOffset: setCountAgainstOffset()
        case .nestedSignatures: nestSignatures()
        case .number: changeNumber()
        case .string: changeString()
        }
    }
}
