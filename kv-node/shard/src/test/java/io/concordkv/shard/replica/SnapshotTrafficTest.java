package io.concordkv.shard.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.NodeId;
import org.junit.jupiter.api.Test;

class SnapshotTrafficTest {
    private static final long SECOND = 1_000_000_000L;
    private static final NodeId A = new NodeId(1);
    private static final NodeId B = new NodeId(2);

    private final SnapshotTraffic traffic = new SnapshotTraffic(new SnapshotOptions(1_000, 3, 2, 10_000, 5_000));

    @Test
    void soManyTransfersALinkAndANode() {
        assertThat(traffic.begin(A)).isTrue();
        assertThat(traffic.begin(A)).isTrue();
        assertThat(traffic.begin(A)).as("a third to the same node").isFalse();
        assertThat(traffic.begin(B)).isTrue();
        assertThat(traffic.begin(B)).as("a fourth of the node").isFalse();
        traffic.end(A);
        assertThat(traffic.begin(B)).isTrue();
        assertThat(traffic.transfers()).isEqualTo(3);
    }

    @Test
    void aLinkGetsItsBytesASecond() {
        long now = SECOND;
        for (int i = 0; i < 50; i++) {
            now += traffic.delay(A, 1_000, now);
        }
        assertThat((now - SECOND) / 1e9).isBetween(9.5, 10.0);
        assertThat(traffic.delayed()).isPositive();
    }

    @Test
    void aNodeGetsItsBytesASecondWhateverTheLinks() {
        long now = SECOND;
        for (int i = 0; i < 50; i++) {
            long a = traffic.delay(A, 1_000, now);
            long b = traffic.delay(B, 1_000, now);
            now += Math.max(a, b);
        }
        assertThat((now - SECOND) / 1e9).isBetween(9.0, 10.0);
    }

    @Test
    void aLongPauseDoesNotSaveUp() {
        traffic.delay(A, 1_000, SECOND);
        long later = 100 * SECOND;
        assertThat(traffic.delay(A, 1_000, later)).isZero();
        assertThat(traffic.delay(A, 1_000, later)).isPositive();
    }
}
