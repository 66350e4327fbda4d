import CBPF
import CommandLineTool
import EnforcerProgram
import Glibc

/// Reads the ring of refusals, and tells the journal of them.
final class RefusalReader {
    private let counts: BPFMap
    private var ring: OpaquePointer?
    private var limit = RecordLimit(now: time(of: CLOCK_MONOTONIC))
    private var lost: UInt64

    /// Readable while there is something in the ring.
    var descriptor: Int32 { ring_buffer__epoll_fd(ring) }

    /// How many records were left out.
    var omitted: UInt64 { limit.omitted }

    /// Creates a reader.
    ///
    /// - Parameter programs: What writes to the ring.
    init(_ programs: KernelPrograms) throws(CommandError) {
        counts = programs.counts
        lost = (try? counts.value(enforcer_counts()).lost) ?? 0
        ring = ring_buffer__new(
            programs.events.descriptor,
            { reader, event, size in
                guard let reader, let event, size >= MemoryLayout<enforcer_event>.size else {
                    return 0
                }
                Unmanaged<RefusalReader>.fromOpaque(reader).takeUnretainedValue()
                    .tell(event.assumingMemoryBound(to: enforcer_event.self))
                return 0
            }, Unmanaged.passUnretained(self).toOpaque(), nil)
        guard ring != nil else { throw KernelPrograms.failure("cannot read the refusals") }
    }

    deinit { ring_buffer__free(ring) }

    /// Tells of what is in the ring.
    func read() {
        if let now = try? counts.value(enforcer_counts()).lost, now > lost {
            limit.leaveOut(now - lost)
            lost = now
        }
        ring_buffer__consume(ring)
    }

    private func tell(_ event: UnsafePointer<enforcer_event>) {
        guard let refusal = Refusal(event),
            let omitted = limit.admit(refusal, now: time(of: CLOCK_MONOTONIC))
        else { return }
        if !Journal.write(refusal, omitted: omitted) { limit.leaveOut(omitted + 1) }
    }
}
