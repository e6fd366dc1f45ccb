package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Effect;
import io.concordkv.raft.Input;
import io.concordkv.raft.PeerMessage;

/// Carries messages: late, twice, in another order, or not at all.
final class SimulatedNetwork {
    private static final long MILLI = 1_000_000;

    private final CoreWorld world;
    private final boolean[][] cut;

    SimulatedNetwork(CoreWorld world, int replicas) {
        this.world = world;
        cut = new boolean[replicas + 1][replicas + 1];
    }

    /// One way only.
    void cut(ReplicaId from, ReplicaId to) {
        cut[(int) from.value()][(int) to.value()] = true;
    }

    boolean isCut(ReplicaId from, ReplicaId to) {
        return cut[(int) from.value()][(int) to.value()];
    }

    void heal() {
        for (boolean[] row : cut) {
            java.util.Arrays.fill(row, false);
        }
    }

    void send(ReplicaId from, Effect.Send send) {
        world.sent(world.replica(from), send.to(), send.message());
        if (send.message() instanceof PeerMessage.VoteReply(var term, var granted) && granted) {
            world.voted(from, send.to(), term);
        }
        var input = new Input.Received(from, send.message());
        carry(from, send.to(), () -> world.replica(send.to()).take(input));
    }

    /// Anything else that travels: node frames.
    void carry(ReplicaId from, ReplicaId to, Runnable arrival) {
        var options = world.options;
        var random = world.random;
        boolean calm = world.isCalm();
        if (!calm && random.nextInt(100) < options.lossPercent()) {
            return;
        }
        int copies = !calm && random.nextInt(100) < options.duplicatePercent() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            boolean late = !calm && random.nextInt(100) < options.tailPercent();
            long delay = late ? random.nextLong(500 * MILLI) : random.nextLong(MILLI / 5, 2 * MILLI);
            world.schedule.after(delay, () -> {
                if (!isCut(from, to)) {
                    arrival.run();
                }
            });
        }
    }
}
