package io.concordkv.simulation.core;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Input;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/// Asks leaders for other members: sensible changes, wild ones, and ones made for a configuration that is gone.
final class Reshaping {
    private static final int MEMBERS_MAX = 6;

    private final CoreWorld world;
    private final SplittableRandom fate;
    /// Of the change that is asked for now.
    private SplittableRandom random;
    private boolean stopped;

    Reshaping(CoreWorld world) {
        this.world = world;
        this.fate = world.random.split();
        this.random = fate.split();
        if (world.options.changeNanosMean() > 0) {
            again();
        }
    }

    void stop() {
        stopped = true;
    }

    private void again() {
        world.schedule.after(fate.nextLong(2 * world.options.changeNanosMean()), () -> {
            if (!stopped) {
                random = fate.split();
                if (world.faults.lets("change", world.schedule.now())) {
                    world.replicas.stream().filter(SimulatedReplica::leads).forEach(this::ask);
                }
                again();
            }
        });
    }

    private void ask(SimulatedReplica leader) {
        var configuration = leader.configuration();
        var wanted = new ArrayList<>(configuration.members());
        if (!configuration.isJoint()) {
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                edit(wanted);
            }
        }
        long expected = leader.configurationIndex() - (random.nextInt(10) == 0 ? 1 : 0);
        leader.take(new Input.ChangeMembers(List.copyOf(wanted), expected));
    }

    private void edit(List<Member> members) {
        var id = new ReplicaId(1 + random.nextInt(world.replicas.size()));
        int at = indexOf(members, id);
        if (at < 0) {
            if (members.size() < MEMBERS_MAX) {
                members.add(new Member(id, new NodeId(id.value()), MemberRole.LEARNER));
            }
            return;
        }
        var member = members.get(at);
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> members.set(at, as(member, MemberRole.VOTER));
            case 3 -> members.set(at, as(member, MemberRole.LEARNER));
            case 4 -> members.remove(at);
            default -> Collections.shuffle(members, new Random(random.nextLong()));
        }
    }

    private static Member as(Member member, MemberRole role) {
        return new Member(member.replica(), member.node(), role);
    }

    private static int indexOf(List<Member> members, ReplicaId id) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).replica().equals(id)) {
                return i;
            }
        }
        return -1;
    }
}
