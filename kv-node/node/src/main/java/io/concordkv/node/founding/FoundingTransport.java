package io.concordkv.node.founding;

import java.util.Optional;
import java.util.function.Consumer;

/// Questions to nodes that have no id yet, by address. Used for founding alone.
public interface FoundingTransport {
    /// Asks the node at an address.
    ///
    /// @param address host:port of its peer connections
    /// @param reply   gets the answer, or nothing when none came in time; on the loop
    void call(String address, byte[] body, long timeoutMillis, Consumer<Optional<byte[]>> reply);
}
