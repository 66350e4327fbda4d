import DigestList
import KernelInterface
import LinuxFiles
import RPMHeader
import StaticProgram

/// What is done with one list.
extension Run {
    /// Converts a list and brings it to the kernel, with its own label.
    ///
    /// - Parameters:
    ///   - index: The list.
    ///   - batch: The lists that it is one of.
    /// - Throws: ``Failure`` of the first step that fails.
    mutating func bring(
        _ index: Int, of batch: borrowing Batch
    ) throws(Failure) -> Report.Outcome {
        let label = try batch.label(of: index)
        do throws(Failure) {
            let counts = try convert(batch.open(index), label, batch.immutableOnly)
            return try rethrowing(as: Failure.interface, try upload(counts, label))
        } catch {
            // Nobody knows what the list would be, so what is loaded for it stays.
            if case .gone = error {} else { loaded.keep(label) }
            throw error
        }
    }

    private mutating func convert(
        _ file: consuming FileDescriptor, _ label: Label, _ immutableOnly: Bool
    ) throws(Failure) -> CompactListBuffer.Counts {
        do throws(RPMHeaderError) {
            let files = try RPMFiles(of: RPMDigestList(from: file))
            return try files.convert(
                into: &list, label: label, abi: abi, immutableOnly: immutableOnly)
        } catch {
            throw .header(error)
        }
    }

    /// Uploads the list that was converted last.
    private mutating func upload(
        _ counts: CompactListBuffer.Counts, _ label: Label
    ) throws(InterfaceError) -> Report.Outcome {
        let isLoaded = try loaded.keep(list.list, label: label)
        guard counts.total > 0, !isLoaded else {
            return Report.Outcome(isLoaded ? .alreadyLoaded : .empty)
        }
        _ = try deleteForeign(label)
        let isAdded = try interface?.add(list.list, label: label, unlessIn: &loaded) ?? true
        return isAdded ? Report.Outcome(.added, counts) : Report.Outcome(.alreadyLoaded)
    }

    /// Deletes what was uploaded for a list; its file is not read.
    ///
    /// - Parameter label: The list's label.
    /// - Throws: ``Failure`` of the first loaded list that stays.
    mutating func delete(_ label: Label) throws(Failure) -> Report.Outcome {
        let isDeleted = try rethrowing(
            as: Failure.interface,
            try interface?.delete(label: label, in: loaded) == true ? true : deleteForeign(label))
        return Report.Outcome(isDeleted ? .deleted : .notLoaded)
    }

    /// Deletes what was meant for a label and is loaded under another one.
    ///
    /// - Parameter label: The label.
    /// - Returns: Whether there was any.
    /// - Throws: ``InterfaceError`` of the first list that stays.
    mutating func deleteForeign(_ label: Label) throws(InterfaceError) -> Bool {
        var isDeleted = false
        for index in 0..<loaded.count where loaded.isForeign(index, meantFor: label) {
            guard try interface?.delete(index, in: loaded, meantFor: label) == true else {
                continue
            }
            isDeleted = true
            tellForeign(index)
        }
        return isDeleted
    }

    /// Deletes what no file stands for.
    ///
    /// - Parameter batch: The directory's lists, all of which were brought.
    mutating func deleteLeftovers(of batch: borrowing Batch) {
        for index in 0..<loaded.count {
            do throws(InterfaceError) {
                guard try loaded.isLeftOver(index, hasFile: { batch.hasFile(of: $0) }) else {
                    continue
                }
                let isForeign = loaded.isForeign(index)
                guard try interface?.delete(index, in: loaded) == true else { continue }
                report.count(.deleted)
                if isForeign { tellForeign(index) }
            } catch {
                report.count(.failed)
                tell(Message("", loaded[index]), Failure.interface(error).message)
            }
        }
    }

    private mutating func tellForeign(_ index: Int) {
        report.count(.foreign)
        tell(
            Message("", loaded[index]),
            "loaded under this label, which is not the one that it was uploaded with",
            .warning)
    }
}
