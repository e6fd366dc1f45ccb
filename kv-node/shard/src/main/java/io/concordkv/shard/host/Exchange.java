package io.concordkv.shard.host;

import io.concordkv.base.Clock;
import io.concordkv.base.NodeId;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.port.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Questions of this node to others and theirs to it, on the bulk lane (SAFETY F1). Owned by the loop.
public final class Exchange {
    /// Answers questions of one service.
    public interface Service {
        /// @param timeoutMillis how long the asker waits from now on
        /// @param reply         to be called once, on the loop, with at least one byte
        void ask(NodeId from, byte[] body, long timeoutMillis, Consumer<byte[]> reply);
    }

    /// Gets the one end of a question.
    public interface ReplyListener {
        void replied(byte[] body);

        /// The question did not leave this node.
        void notSent();

        /// It left, and no answer came: it may have been carried out.
        void lost();
    }

    /// A reply the lane had no room for: its asker is told as soon as there is some, or waits in vain.
    private record Dropped(NodeId to, long id, long deadlineNanos) {}

    private record Open(NodeId to, long deadlineNanos, ReplyListener listener) {}

    private static final int INCARNATION_SHIFT = 32;
    /// The body of a reply that did not fit; no service has an empty one.
    private static final byte[] LOST = new byte[0];

    private final PeerTransport transport;
    private final Clock clock;
    private final Map<Long, Open> open = new TreeMap<>();
    private final List<Dropped> dropped = new ArrayList<>();
    private final Map<Integer, Service> services = new TreeMap<>();
    private long nextId;

    /// @param incarnation of this process: no reply to a process before it answers a question of this one
    Exchange(PeerTransport transport, Clock clock, long incarnation) {
        this.transport = transport;
        this.clock = clock;
        this.nextId = incarnation << INCARNATION_SHIFT | 1;
    }

    /// @param service 0 to 255; the same number on every node, for ever
    public void serve(int service, Service handler) {
        services.put(service, handler);
    }

    public void ask(NodeId to, int service, byte[] body, long timeoutMillis, ReplyListener listener) {
        long id = nextId++;
        byte[] frame = BulkFrame.encode(new BulkFrame.Request(id, service, timeoutMillis, body));
        if (!transport.send(to, Lane.BULK, frame)) {
            listener.notSent();
            return;
        }
        open.put(id, new Open(to, clock.nanos() + timeoutMillis * 1_000_000, listener));
    }

    void asked(NodeId from, BulkFrame.Request request) {
        Service service = services.get(request.service());
        if (service == null) {
            return; // a newer node asks for what this one does not know; it will see no answer
        }
        long deadlineNanos = clock.nanos() + request.timeoutMillis() * 1_000_000;
        service.ask(from, request.body(), request.timeoutMillis(), body -> {
            if (!reply(from, request.id(), body)) {
                dropped.add(new Dropped(from, request.id(), deadlineNanos));
            }
        });
    }

    private boolean reply(NodeId to, long id, byte[] body) {
        return transport.send(to, Lane.BULK, BulkFrame.encode(new BulkFrame.Reply(id, body)));
    }

    void replied(NodeId from, BulkFrame.Reply reply) {
        Open question = open.get(reply.id());
        if (question != null && question.to.equals(from)) {
            open.remove(reply.id());
            if (reply.body().length == 0) {
                question.listener.lost();
            } else {
                question.listener.replied(reply.body());
            }
        }
    }

    void disconnected(NodeId node) {
        dropped.removeIf(it -> it.to.equals(node)); // it knows by itself
        lose(it -> it.to.equals(node));
    }

    void sweep() {
        long now = clock.nanos();
        dropped.removeIf(it -> it.deadlineNanos - now <= 0 || reply(it.to, it.id, LOST));
        lose(it -> it.deadlineNanos - now <= 0);
    }

    private void lose(java.util.function.Predicate<Open> which) {
        List<Open> lost = new ArrayList<>();
        open.values().removeIf(it -> which.test(it) && lost.add(it));
        lost.forEach(it -> it.listener.lost());
    }

    public int openQuestions() {
        return open.size();
    }
}
