import CFUSE
import Synchronization

/// What libfuse has to say, which knows no sessions there.
enum LibraryMessages {
    private static let receiver = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// Has the messages told to somebody instead of on stderr.
    ///
    /// - Parameter tell: Gets each, without the line feed.
    static func redirect(to tell: @escaping @Sendable (String) -> Void) {
        receiver.withLock { $0 = tell }
        cfuse_redirect_messages { message in
            guard let message else { return }
            let text = String(cString: message)
            LibraryMessages.receiver.withLock { $0 }?(
                String(text.hasSuffix("\n") ? text.dropLast() : text[...]))
        }
    }
}
