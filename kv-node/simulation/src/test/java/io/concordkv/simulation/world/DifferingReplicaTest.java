package io.concordkv.simulation.world;

import static io.concordkv.simulation.world.GoldenScenario.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.LogPosition;
import io.concordkv.base.ShardId;
import io.concordkv.node.route.Services;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ShardRefusal;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// State that changed outside of the log is found by comparing hashes (SAFETY S10).
class DifferingReplicaTest {
    private static final ShardId SHARD = new ShardId(1);

    private final GoldenWorld calm = GoldenWorld.founded(61, (from, to, use, frame) -> {});

    private void differ(int node, int row) {
        Replica replica = calm.replica(node, SHARD);
        calm.on(node, () -> {
            replica.machine().loadRow(new byte[] {2, (byte) row}, new byte[0]);
            replica.machine().loaded(replica.machine().applied());
        });
    }

    private ShardAnswer put(int node) {
        return calm.call(node, SHARD, GoldenScenario.put("key", "value", 0, Optional.empty()));
    }

    @Nested
    class WhenOneReplicaDiffers {
        @Test
        void aFollowerIsDamagedForGoodAndTheOthersServe() {
            int leader = calm.leaderOf(SHARD);
            int follower = leader % 3 + 1;
            differ(follower, 1);

            calm.until(
                    "it is found", () -> calm.replica(follower, SHARD).damage().isPresent());

            assertThat(calm.member(follower).damagedShards()).containsOnlyKeys(SHARD);
            assertThat(calm.member(leader).duties().hashes().differing()).isEqualTo(1);
            assertThat(calm.world().notes())
                    .anyMatch(it -> it.contains("on node " + follower + " does not hold what most"));
            assertThat(put(leader)).isInstanceOf(ShardAnswer.Written.class);
            calm.world().node(follower).crash(true);
            calm.world().node(follower).start();
            calm.until(
                    "it starts again",
                    () -> calm.member(follower).damagedShards().containsKey(SHARD));
            calm.end();
        }

        @Test
        void aLeaderIsDamagedAndAnotherTakesOver() {
            int leader = calm.leaderOf(SHARD);
            differ(leader, 1);

            calm.until("it is found", () -> calm.replica(leader, SHARD).damage().isPresent());
            calm.until("another leads", () -> calm.leaderOf(SHARD) != leader);

            assertThat(put(calm.leaderOf(SHARD))).isInstanceOf(ShardAnswer.Written.class);
            calm.end();
        }
    }

    @Nested
    class WhenNoTwoReplicasAgree {
        @Test
        void thereAreNoWritesUntilAMajorityDoes() {
            int leader = calm.leaderOf(SHARD);
            int follower = leader % 3 + 1;
            put(leader);
            differ(leader, 1);
            differ(follower, 2);

            calm.until(
                    "it is found",
                    () -> calm.replica(leader, SHARD).disagreement().isPresent());

            assertThat(put(leader))
                    .isInstanceOfSatisfying(
                            ShardAnswer.Refused.class,
                            it -> assertThat(it.refusal()).isInstanceOf(ShardRefusal.Damaged.class));
            assertThat(calm.call(leader, SHARD, new ShardCall.Get(bytes("key"))))
                    .isInstanceOf(ShardAnswer.Value.class);
            assertThat(calm.member(leader).damagedShards()).containsOnlyKeys(SHARD);

            differ(leader, 2);
            differ(follower, 1);
            calm.until(
                    "two agree",
                    () -> calm.replica(leader, SHARD).disagreement().isEmpty());
            assertThat(put(leader)).isInstanceOf(ShardAnswer.Written.class);
            calm.end();
        }
    }

    @Nested
    class WhenOneNodeRunsAnOlderBuild {
        @Test
        void noLogAsksForAHashUntilThatNodeKnowsThem() throws IOException {
            GoldenWorld mixed = GoldenWorld.on(new GoldenFolder("v4").volumes(), it -> answersLevel(it, 2));
            mixed.pass(20_000_000_000L);

            assertThat(mixed.state().level()).isEqualTo(2);
            for (SimulatedNode node : mixed.world().nodes()) {
                for (Replica replica : mixed.member(node.number()).host().replicas()) {
                    assertThat(replica.hashes().asked()).isEqualTo(LogPosition.BEFORE_FIRST);
                }
            }

            answersLevel(mixed, 3);
            mixed.until(
                    "hashes are taken",
                    () -> mixed.replica(3, ShardId.TOPOLOGY).hashes().last().isPresent());
            mixed.end();
        }

        private static void answersLevel(GoldenWorld mixed, int level) {
            mixed.member(3)
                    .host()
                    .exchange()
                    .serve(Services.LEVEL, (from, body, timeout, reply) -> reply.accept(new byte[] {(byte) level}));
        }
    }
}
