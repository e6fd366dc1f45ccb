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

    /// What goes to one peer with this turn.
    private record Frame(ByteWriter bytes, List<GroupMessage> messages) {}

    private final PeerTransport transport;
    private final BiConsumer<NodeId, GroupMessage> dropped;
    private final Map<NodeId, Frame> frames = new TreeMap<>();
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
        Frame frame = frames.computeIfAbsent(to, it -> new Frame(new ByteWriter(1024), new ArrayList<>()));
        if (frame.bytes.size() == 0) {
            GroupFrameCodec.start(frame.bytes);
        }
        GroupFrameCodec.append(frame.bytes, message);
        frame.messages.add(message);
        if (frame.bytes.size() >= FRAME_BYTES_SOFT) {
            flush(to, frame);
        }
    }

    boolean isEmpty() {
        return frames.values().stream().allMatch(it -> it.bytes.size() == 0);
    }

    void flush() {
        frames.forEach((to, frame) -> {
            if (frame.bytes.size() > 0) {
                flush(to, frame);
            }
        });
    }

    private void flush(NodeId to, Frame frame) {
        boolean sent = transport.send(to, Lane.RAFT, frame.bytes.toByteArray());
        frame.bytes.clear();
        if (!sent) {
            List.copyOf(frame.messages).forEach(it -> dropped.accept(to, it));
        }
        frame.messages.clear();
    }
}
