package io.concordkv.simulation.core;

import io.concordkv.raft.Input;
import java.util.ArrayList;

/// Clients: they propose to and read from whoever believes to lead, and node frames tell who does.
final class Workload {
    private static final long MILLI = 1_000_000;
    private static final long FRAME_NANOS = 100 * MILLI;

    private final CoreWorld world;
    private final long pauseMax;
    private boolean stopped;

    Workload(CoreWorld world) {
        this.world = world;
        pauseMax = world.random.nextLong(20 * MILLI, 400 * MILLI);
        again(this::propose);
        again(this::read);
        if (world.options.frames()) {
            world.schedule.after(FRAME_NANOS, this::frames);
        }
    }

    void stop() {
        stopped = true;
    }

    private void again(Runnable action) {
        world.schedule.after(world.random.nextLong(pauseMax), () -> {
            if (!stopped) {
                action.run();
                again(action);
            }
        });
    }

    private void propose() {
        for (SimulatedReplica replica : world.replicas) {
            if (replica.leads()) {
                var payloads = new ArrayList<byte[]>();
                for (int i = 1 + world.random.nextInt(4); i > 0; i--) {
                    payloads.add(new byte[world.random.nextInt(60)]);
                }
                replica.take(new Input.Propose(payloads));
            }
        }
    }

    private void read() {
        for (SimulatedReplica replica : world.replicas) {
            if (replica.leads()) {
                replica.take(new Input.Read());
            }
        }
    }

    /// A frame says who leads; its answer comes from the node, whatever became of the group there.
    private void frames() {
        for (SimulatedReplica leader : world.replicas) {
            if (leader.leads() && !leader.isPaused()) {
                var alive = new Input.LeaderAlive(leader.id(), leader.term());
                for (SimulatedReplica peer : world.replicas) {
                    if (peer != leader) {
                        world.network.carry(leader.id(), peer.id(), () -> frameArrived(leader, peer, alive));
                    }
                }
            }
        }
        world.schedule.after(FRAME_NANOS, this::frames);
    }

    private void frameArrived(SimulatedReplica leader, SimulatedReplica peer, Input alive) {
        if (peer.isUp() && !peer.isPaused()) {
            peer.take(alive);
            var answer = new Input.FrameAcknowledged(peer.id());
            world.network.carry(peer.id(), leader.id(), () -> leader.take(answer));
        }
    }
}
