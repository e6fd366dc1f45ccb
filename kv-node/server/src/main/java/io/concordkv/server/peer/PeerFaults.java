package io.concordkv.server.peer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// Faults put on connections by tests (API §4, `PUT /faults`), by the name of the peer.
public final class PeerFaults {
    /// @param drop      share of frames lost, 0 to 1
    /// @param delayMillis added to every frame
    /// @param in        applies to what comes from the peer
    /// @param out       applies to what goes to it
    public record Fault(double drop, long delayMillis, boolean in, boolean out) {}

    private final Map<String, Fault> byPeer = new ConcurrentHashMap<>();
    private final RandomGenerator random;

    public PeerFaults(RandomGenerator random) {
        this.random = random;
    }

    public void replace(Map<String, Fault> faults) {
        byPeer.clear();
        byPeer.putAll(faults);
    }

    public Map<String, Fault> present() {
        return Map.copyOf(byPeer);
    }

    /// Milliseconds to hold a frame back; −1 = lose it.
    long fate(String peer, boolean incoming) {
        Fault fault = byPeer.isEmpty() ? null : byPeer.get(peer);
        if (fault == null || !(incoming ? fault.in : fault.out)) {
            return 0;
        }
        return fault.drop > 0 && random.nextDouble() < fault.drop ? -1 : fault.delayMillis;
    }
}
