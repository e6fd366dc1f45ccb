package io.concordkv.simulation.world;

import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.node.founding.FoundingTransport;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.peer.Preface;
import io.concordkv.shard.port.PeerTransport;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// The wires between nodes. The Raft lane loses, doubles, delays and reorders frames; the bulk lane
/// keeps their order, as a connection does. Directions are cut separately.
final class SimulatedNetwork {
    private static final long NOTICE_NANOS = 5_000_000_000L;

    private final World world;
    private final SplittableRandom random;
    private final boolean[][] cut;
    private final long[][] bulkBusyUntil;
    private final Map<String, SimulatedNode> byAddress = new HashMap<>();
    private FrameListener frames = (from, to, use, bytes) -> {};

    /// @see #onFrame
    interface FrameListener {
        /// @param use as in [Preface]
        void sent(NodeId from, NodeId to, int use, byte[] frame);
    }

    SimulatedNetwork(World world, int nodes, SplittableRandom random) {
        this.world = world;
        this.random = random;
        this.cut = new boolean[nodes + 1][nodes + 1];
        this.bulkBusyUntil = new long[nodes + 1][nodes + 1];
    }

    /// Who sees every frame that is sent, before anything can happen to it.
    void onFrame(FrameListener listener) {
        frames = listener;
    }

    void add(SimulatedNode node) {
        byAddress.put(node.address(), node);
    }

    /// Cuts or mends one direction. Both sides notice a cut after five seconds of silence.
    void setCut(int from, int to, boolean on) {
        cut[from][to] = on;
        if (on) {
            world.schedule(NOTICE_NANOS, "silence", () -> {
                if (cut[from][to]) {
                    disconnected(from, to);
                    disconnected(to, from);
                }
            });
        }
    }

    void heal() {
        for (boolean[] row : cut) {
            java.util.Arrays.fill(row, false);
        }
    }

    private void disconnected(int at, int from) {
        SimulatedNode node = world.node(at);
        NodeId lost = world.node(from).id();
        SimulatedNode.Process process = node.process();
        if (process != null) {
            process.run(
                    "disconnected",
                    () -> node.node().membership().ifPresent(it -> {
                        it.host().disconnected(lost, Lane.RAFT);
                        it.host().disconnected(lost, Lane.BULK);
                    }));
        }
    }

    void nodeDown(SimulatedNode down) {
        for (SimulatedNode other : world.nodes()) {
            if (other != down) {
                world.schedule(
                        1_000_000 + random.nextInt(50_000_000),
                        "reset",
                        () -> disconnected(other.number(), down.number()));
            }
        }
    }

    PeerTransport transportOf(SimulatedNode from) {
        SimulatedNode[] self = {from};
        return (to, lane, frame) -> send(self[0], to, lane, frame);
    }

    private boolean send(SimulatedNode from, NodeId id, Lane lane, byte[] frame) {
        NodeId sender = from.id();
        frames.sent(sender, id, lane == Lane.RAFT ? Preface.RAFT : Preface.BULK, frame);
        SimulatedNode target = world.nodes().stream()
                .filter(it -> it.id().equals(id))
                .findFirst()
                .orElse(null);
        if (target == null) {
            return false;
        }
        int to = target.number();
        if (!target.isUp() && random.nextBoolean()) {
            return false;
        }
        if (lane == Lane.BULK) {
            long at = Math.max(world.now() + delay(), bulkBusyUntil[from.number()][to] + 1);
            bulkBusyUntil[from.number()][to] = at;
            world.schedule(at - world.now(), "bulk", () -> deliver(from, sender, target, id, lane, frame));
            return true;
        }
        if (random.nextDouble() < world.options().loss()) {
            return true;
        }
        int copies = random.nextDouble() < world.options().duplication() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            world.schedule(delay(), "raft", () -> deliver(from, sender, target, id, lane, frame));
        }
        return true;
    }

    private long delay() {
        long mean = world.options().delayMicros() * 1_000L;
        return mean / 2 + (long) (-Math.log(1 - random.nextDouble()) * mean / 2);
    }

    /// A connection is made between two ids: what was sent to a node that another has followed is lost.
    private void deliver(SimulatedNode from, NodeId sender, SimulatedNode to, NodeId id, Lane lane, byte[] frame) {
        SimulatedNode.Process process = to.process();
        if (process == null || cut[from.number()][to.number()] || !to.id().equals(id)) {
            return;
        }
        process.run(
                "frame",
                () -> to.node().membership().ifPresent(member -> {
                    try {
                        member.received(sender, lane, frame);
                    } catch (DecodeException e) {
                        throw new Finding("Frames decode", e);
                    }
                }));
    }

    FoundingTransport foundingOf(SimulatedNode from) {
        return (address, body, timeoutMillis, reply) -> call(from, address, body, timeoutMillis, reply);
    }

    private void call(
            SimulatedNode from, String address, byte[] body, long timeoutMillis, Consumer<Optional<byte[]>> reply) {
        SimulatedNode.Process asker = from.process();
        SimulatedNode to = byAddress.get(address);
        boolean[] ended = {false};
        Consumer<Optional<byte[]>> once = answer -> {
            if (!ended[0] && asker != null) {
                ended[0] = true;
                asker.run("founding", () -> reply.accept(answer));
            }
        };
        world.schedule(timeoutMillis * 1_000_000, "founding-timeout", () -> once.accept(Optional.empty()));
        if (to == null) {
            return;
        }
        frames.sent(new NodeId(from.number()), new NodeId(to.number()), Preface.FOUNDING, body);
        world.schedule(delay(), "founding-ask", () -> {
            SimulatedNode.Process process = to.process();
            if (process == null || cut[from.number()][to.number()]) {
                return;
            }
            process.run(
                    "founding-asked",
                    () -> to.node().founding().asked(body, answer -> answered(from, to, answer, once)));
        });
    }

    private void answered(SimulatedNode from, SimulatedNode to, byte[] answer, Consumer<Optional<byte[]>> reply) {
        frames.sent(new NodeId(to.number()), new NodeId(from.number()), Preface.FOUNDING, answer);
        world.schedule(delay(), "founding-reply", () -> {
            if (!cut[to.number()][from.number()]) {
                reply.accept(Optional.of(answer));
            }
        });
    }
}
