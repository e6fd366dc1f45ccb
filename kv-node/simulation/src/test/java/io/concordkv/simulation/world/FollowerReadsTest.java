package io.concordkv.simulation.world;

import static io.concordkv.simulation.world.GoldenScenario.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ByteReader;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.route.Services;
import io.concordkv.shard.call.Consistency;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.StoredValue;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.FrameKind;
import io.concordkv.shard.peer.Preface;
import io.concordkv.shard.replica.ShardRefusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Who serves which read, and what goes over the wire for it (SPEC RAFT-4).
class FollowerReadsTest {
    private static final ShardId SHARD = new ShardId(1);
    private static final ShardCall GET = new ShardCall.Get(bytes("key"));
    private static final long SECOND = 1_000_000_000L;

    private final List<BulkFrame.Request> requests = new ArrayList<>();

    private void listen(NodeId from, NodeId to, int use, byte[] frame) {
        if (use == Preface.BULK) {
            ByteReader in = new ByteReader(frame);
            in.u8();
            if (BulkFrame.decode(FrameKind.of(in.u8()), in) instanceof BulkFrame.Request request) {
                requests.add(request);
            }
        }
    }

    private long asked(int service) {
        return requests.stream().filter(it -> it.service() == service).count();
    }

    private static void put(GoldenWorld world, String value) {
        int leader = world.leaderOf(SHARD);
        assertThat(world.call(leader, SHARD, GoldenScenario.put("key", value, 0, Optional.empty())))
                .isInstanceOf(ShardAnswer.Written.class);
    }

    private static List<ShardAnswer> read(GoldenWorld world, int node, Consistency consistency, int times) {
        return read(world, node, consistency, times, 2_000, true);
    }

    private static List<ShardAnswer> read(
            GoldenWorld world, int node, Consistency consistency, int times, long timeoutMillis, boolean mayForward) {
        List<ShardAnswer> answers = new ArrayList<>();
        world.on(node, () -> {
            for (int i = 0; i < times; i++) {
                world.member(node).router().call(SHARD, GET, consistency, timeoutMillis, mayForward, answers::add);
            }
        });
        world.until("the reads are answered", () -> answers.size() == times);
        return answers;
    }

    private static ShardAnswer read(GoldenWorld world, int node, Consistency consistency) {
        return read(world, node, consistency, 1).getFirst();
    }

    private static String value(ShardAnswer answer) {
        if (answer instanceof ShardAnswer.Aged(var inner, var age)) {
            return value(inner);
        }
        assertThat(answer).isInstanceOf(ShardAnswer.Value.class);
        return new String(
                ((ShardAnswer.Value) answer).value().map(StoredValue::value).orElse(new byte[0]));
    }

    private static long age(ShardAnswer answer) {
        assertThat(answer).isInstanceOf(ShardAnswer.Aged.class);
        return ((ShardAnswer.Aged) answer).millisMax().orElse(-1);
    }

    @Nested
    class InACalmCluster {
        private final GoldenWorld calm = GoldenWorld.founded(71, FollowerReadsTest.this::listen);
        private final int leader = calm.leaderOf(SHARD);
        private final int follower = leader % 3 + 1;

        InACalmCluster() {
            calm.until(
                    "all know read indexes",
                    () -> calm.world().nodes().stream()
                            .allMatch(it ->
                                    calm.member(it.number()).desk().state().level() >= 5));
            put(calm, "1");
            requests.clear();
        }

        @Test
        void manyReadsAtAFollowerAreOneQuestionAndNoForward() {
            List<ShardAnswer> answers = read(calm, follower, Consistency.LINEARIZABLE, 50);

            assertThat(answers).allSatisfy(it -> assertThat(value(it)).isEqualTo("1"));
            assertThat(asked(Services.READ_INDEX)).isEqualTo(1);
            assertThat(asked(Services.SHARD)).isZero();
            calm.end();
        }

        @Test
        void aReadAfterAWriteSeesItWhereverItGoes() {
            for (int i = 0; i < 20; i++) {
                put(calm, "v" + i);
                assertThat(value(read(calm, i % 3 + 1, Consistency.LINEARIZABLE)))
                        .isEqualTo("v" + i);
            }
            assertThat(asked(Services.SHARD)).isZero();
            calm.end();
        }

        @Test
        void aBoundedReadAsksOnlyWhenWhatIsKnownIsTooOld() {
            Consistency second = new Consistency.Bounded(1_000);
            assertThat(age(read(calm, follower, second))).isZero();
            calm.pass(SECOND / 2);
            assertThat(age(read(calm, follower, second))).isBetween(500L, 1_000L);
            assertThat(asked(Services.READ_INDEX)).isEqualTo(1);

            calm.pass(SECOND);
            assertThat(age(read(calm, follower, second))).isZero();

            assertThat(asked(Services.READ_INDEX)).isEqualTo(2);
            assertThat(asked(Services.SHARD)).isZero();
            calm.end();
        }

        @Test
        void aLeaderReadIsForwardedAsSuchAndTellsHowLongAgoTheOthersWereHeard() {
            ShardAnswer answer = read(calm, follower, Consistency.LEADER);

            assertThat(value(answer)).isEqualTo("1");
            assertThat(age(answer)).isBetween(1L, 400L);
            assertThat(asked(Services.SHARD)).isEqualTo(1);
            assertThat(asked(Services.READ_INDEX)).isZero();
            calm.end();
        }

        @Test
        void whoMayNotBeForwardedIsToldUnlessTheBoundIsKeptHere() {
            for (Consistency leading : List.of(Consistency.LINEARIZABLE, Consistency.LEADER)) {
                ShardAnswer told =
                        read(calm, follower, leading, 1, 2_000, false).getFirst();
                assertThat(told).isEqualTo(new ShardAnswer.Refused(new ShardRefusal.NotLeader(new NodeId(leader))));
            }
            ShardAnswer near = read(calm, follower, new Consistency.Bounded(1), 1, 2_000, false)
                    .getFirst();
            assertThat(value(near)).isEqualTo("1");
            calm.end();
        }

        @Test
        void aDamagedReplicaServesNothingAndTheLeaderIsAsked() {
            read(calm, follower, Consistency.LINEARIZABLE);
            calm.on(follower, () -> calm.replica(follower, SHARD).damageForGood("a test says so"));
            requests.clear();

            assertThat(value(read(calm, follower, Consistency.LINEARIZABLE))).isEqualTo("1");
            assertThat(value(read(calm, follower, new Consistency.Bounded(60_000))))
                    .isEqualTo("1");

            assertThat(asked(Services.READ_INDEX)).isZero();
            assertThat(asked(Services.SHARD)).isEqualTo(2);
            calm.end();
        }

        @Test
        void aFollowerThatIsCutOffKeepsItsBoundsAndThenRefuses() {
            Consistency seconds = new Consistency.Bounded(3_000);
            read(calm, follower, Consistency.LINEARIZABLE);
            for (int other = 1; other <= 3; other++) {
                if (other != follower) {
                    calm.world().network().setCut(follower, other, true);
                    calm.world().network().setCut(other, follower, true);
                }
            }
            put(calm, "2");

            ShardAnswer within = read(calm, follower, seconds);
            assertThat(value(within)).isEqualTo("1");
            assertThat(age(within)).isLessThanOrEqualTo(3_000);
            calm.pass(3 * SECOND);

            assertThat(read(calm, follower, seconds, 1, 500, true).getFirst()).isInstanceOf(ShardAnswer.Refused.class);
            assertThat(read(calm, follower, Consistency.LINEARIZABLE, 1, 500, true)
                            .getFirst())
                    .isInstanceOf(ShardAnswer.Refused.class);
            ShardAnswer any = read(calm, follower, Consistency.ANY);
            assertThat(value(any)).isEqualTo("1");
            assertThat(age(any)).isGreaterThan(3_000);
            calm.end();
        }

        @Test
        void aLeaderThatIsCutOffServesWhatItHasAndSaysHowOldItMayBe() {
            for (int other = 1; other <= 3; other++) {
                if (other != leader) {
                    calm.world().network().setCut(leader, other, true);
                    calm.world().network().setCut(other, leader, true);
                }
            }
            calm.pass(SECOND / 2);

            ShardAnswer answer = read(calm, leader, Consistency.LEADER);

            assertThat(value(answer)).isEqualTo("1");
            assertThat(age(answer)).isBetween(500L, 1_000L);
            assertThat(read(calm, leader, new Consistency.Bounded(100), 1, 300, true)
                            .getFirst())
                    .isInstanceOf(ShardAnswer.Refused.class);
            calm.end();
        }
    }

    @Nested
    class WhenOneNodeRunsAnOlderBuild {
        @Test
        void everyReadGoesToTheLeaderAsALinearizableOne() throws IOException {
            GoldenWorld mixed = GoldenWorld.on(new GoldenFolder("v6").volumes(), it -> {
                it.world().network().onFrame(FollowerReadsTest.this::listen);
                it.member(3)
                        .host()
                        .exchange()
                        .serve(Services.LEVEL, (from, body, timeout, reply) -> reply.accept(new byte[] {4}));
            });
            put(mixed, "1");
            int follower = mixed.leaderOf(SHARD) % 3 + 1;
            requests.clear();

            for (Consistency consistency :
                    List.of(Consistency.LINEARIZABLE, Consistency.LEADER, new Consistency.Bounded(60_000))) {
                assertThat(read(mixed, follower, consistency)).isInstanceOf(ShardAnswer.Value.class);
            }
            assertThat(((ShardAnswer.Aged) read(mixed, follower, Consistency.ANY)).millisMax())
                    .isEqualTo(OptionalLong.empty());

            assertThat(mixed.state().level()).isEqualTo(4);
            assertThat(asked(Services.READ_INDEX)).isZero();
            assertThat(asked(Services.SHARD)).isEqualTo(3);
            mixed.end();
        }
    }
}
