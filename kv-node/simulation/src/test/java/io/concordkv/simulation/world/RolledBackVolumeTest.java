package io.concordkv.simulation.world;

import static io.concordkv.simulation.world.GoldenScenario.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.replica.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A node comes back on a volume of a moment ago, before it acknowledged a write (SAFETY I4).
class RolledBackVolumeTest {
    private static final int MOMENTS = 6;
    private static final byte[] KEY = bytes("key");

    /// What damages the follower depends on whether a node frame came between: what peers remember of its
    /// volume, or what the leader remembers of its log.
    @Test
    void aFollowerThatLostWhatItAcknowledgedIsDamagedWhateverTheMoment() {
        List<String> reasons = new ArrayList<>();
        for (int moment = 0; moment < MOMENTS; moment++) {
            reasons.add(rollBackAFollower(moment));
        }
        assertThat(reasons).anyMatch(it -> it.contains("it acknowledged entries up to"));
        assertThat(reasons).anyMatch(it -> it.contains("remembers incarnation"));
    }

    private static String rollBackAFollower(int moment) {
        GoldenWorld calm = GoldenWorld.founded(40 + moment, (from, to, use, frame) -> {});
        ShardId shard = calm.shardOf("default", KEY);
        int leader = calm.leaderOf(shard);
        int follower = leader % 3 + 1;
        put(calm, leader, shard, "before");
        calm.pass(500_000_000L + moment * 13_000_000L);
        SimulatedNode node = calm.world().node(follower);
        SimulatedDisk earlier = node.disk().copy(new SplittableRandom(moment));
        put(calm, leader, shard, "acknowledged by all");
        calm.until(
                "the follower has acknowledged it",
                () -> calm.replica(leader, shard).core().progress().stream()
                        .allMatch(it ->
                                it.match() == calm.replica(leader, shard).core().lastIndex()));

        if (moment % 2 == 1) {
            calm.pass(300_000_000L); // node frames pass
        }
        node.crash(false);
        node.damage().rollBackTo(earlier);
        node.start();
        calm.until(
                "the follower is damaged", () -> damage(calm, follower, shard).isPresent());
        String reason = damage(calm, follower, shard).orElseThrow();
        assertThat(calm.leaderOf(shard)).isEqualTo(leader);
        put(calm, leader, shard, "by the two others");

        node.crash(false);
        node.start();
        calm.until(
                "the follower is damaged again",
                () -> calm.member(follower).damagedShards().containsKey(shard));
        assertThat(calm.call(leader, shard, new ShardCall.Get(KEY)).toString()).contains("revision");
        calm.end();
        return reason;
    }

    /// No leader remembers what the follower acknowledged, only peers remember its volume. Whether they hear
    /// of its new incarnation before they speak to it must make no difference.
    @Test
    void aVolumeThatPeersRememberYoungerIsDamagedWhoeverSpeaksFirst() {
        for (int moment = 0; moment < MOMENTS; moment++) {
            assertThat(rollBackWhileLeadersChange(moment, 0)).contains("remembers incarnation");
        }
    }

    /// It counts its starts from its volume, so it comes back with the number that peers remember.
    @Test
    void aVolumeOfOneStartAgoIsDamagedThoughItsIncarnationIsTheSame() {
        assertThat(rollBackWhileLeadersChange(1, 1)).contains("remembers incarnation");
    }

    @Test
    void aVolumeOfManyStartsAgoIsDamaged() {
        assertThat(rollBackWhileLeadersChange(2, 3)).contains("remembers incarnation");
    }

    /// @param starts how often the node starts between the copy of its volume and the end of that volume
    private static String rollBackWhileLeadersChange(int moment, int starts) {
        GoldenWorld calm = GoldenWorld.founded(60 + moment, (from, to, use, frame) -> {});
        ShardId shard = calm.shardOf("default", KEY);
        SimulatedNode node = calm.world().node(calm.leaderOf(shard) % 3 + 1);
        calm.pass(300_000_000L + moment * 7_000_000L);
        SimulatedDisk earlier = node.disk().copy(new SplittableRandom(moment));
        for (int start = 0; start < starts; start++) {
            node.crash(false);
            node.start();
            calm.untilCalm();
        }
        put(calm, calm.leaderOf(shard), shard, "acknowledged by all");
        calm.untilCalm();
        calm.pass(300_000_000L);

        node.crash(false);
        node.damage().rollBackTo(earlier);
        SimulatedNode forgetful = calm.world().node(calm.leaderOf(shard));
        forgetful.crash(false);
        forgetful.start();
        calm.pass(1_000_000_000L + moment * 9_000_000L);
        node.start();
        calm.until(
                "the node is damaged",
                () -> calm.member(node.number()).volumeDamage().isPresent());
        String reason = calm.member(node.number()).volumeDamage().orElseThrow();
        put(calm, calm.leaderOf(shard), shard, "by the two others");

        node.crash(false);
        node.start();
        calm.until(
                "its log remembers it",
                () -> calm.member(node.number()).damagedShards().containsKey(shard));
        calm.end();
        return reason;
    }

    private static Optional<String> damage(GoldenWorld calm, int node, ShardId shard) {
        return calm.member(node).host().find(shard).flatMap(Replica::damage);
    }

    private static void put(GoldenWorld calm, int node, ShardId shard, String value) {
        assertThat(calm.call(node, shard, GoldenScenario.put("key", value, 0, Optional.empty())))
                .isInstanceOf(ShardAnswer.Written.class);
    }
}
