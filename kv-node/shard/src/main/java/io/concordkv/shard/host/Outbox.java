package io.concordkv.shard.host;

import io.concordkv.base.ByteWriter;
import io.concordkv.base.NodeId;
import io.concordkv.shard.peer.GroupFrameCodec;
import io.concordkv.shard.peer.GroupMessage;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.port.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Raft messages on their way out: held until the WAL is durable as far as they need, then packed into
/// one frame a peer a turn, for all groups.
final class Outbox {
    private static final int FRAME_BYTES_SOFT = 1 << 20;

    private record Held(NodeId to, GroupMessage message) {}

    private final PeerTransport transport;
    private final BiConsumer<NodeId, GroupMessage> dropped;
    private final Map<NodeId, ByteWriter> frames = new TreeMap<>();
    private final Map<NodeId, List<GroupMessage>> inFrame = new TreeMap<>();
    private final TreeMap<Long, List<Held>> held = new TreeMap<>();

    /// @param dropped hears of every message whose frame did not leave
    Outbox(PeerTransport transport, BiConsumer<NodeId, GroupMessage> dropped) {
        this.transport = transport;
        this.dropped = dropped;
    }

    void hold(NodeId to, GroupMessage message, long afterSequence) {
        held.computeIfAbsent(afterSequence, it -> new ArrayList<>()).add(new Held(to, message));
    }

    void release(long durable) {
        while (!held.isEmpty() && held.firstKey() <= durable) {
            held.pollFirstEntry().getValue().forEach(it -> add(it.to, it.message));
        }
    }

    void add(NodeId to, GroupMessage message) {
        ByteWriter frame = frames.computeIfAbsent(to, it -> new ByteWriter(1024));
        if (frame.size() == 0) {
            GroupFrameCodec.start(frame);
        }
        GroupFrameCodec.append(frame, message);
        inFrame.computeIfAbsent(to, it -> new ArrayList<>()).add(message);
        if (frame.size() >= FRAME_BYTES_SOFT) {
            flush(to, frame);
        }
    }

    boolean isEmpty() {
        return frames.values().stream().allMatch(it -> it.size() == 0);
    }

    void flush() {
        frames.forEach((to, frame) -> {
            if (frame.size() > 0) {
                flush(to, frame);
            }
        });
    }

    private void flush(NodeId to, ByteWriter frame) {
        boolean sent = transport.send(to, Lane.RAFT, frame.toByteArray());
        frame.clear();
        List<GroupMessage> messages = inFrame.getOrDefault(to, List.of());
        if (!sent) {
            List.copyOf(messages).forEach(it -> dropped.accept(to, it));
        }
        if (!messages.isEmpty()) {
            messages.clear();
        }
    }
}
