package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Answers of shards may come when the call they were for is over (SAFETY F3).
class CallMemoryTest {
    private final CallMemory memory = new CallMemory(1_000);
    private final CallMemory.Lease lease = memory.lease();

    @Test
    void whatComesAfterTheEndOfACallIsNotHeld() {
        assertThat(lease.take(400)).isTrue();
        lease.close();
        lease.correct(400, 900);
        assertThat(lease.take(1)).isFalse();
        assertThat(lease.isHeld()).isFalse();
        assertThat(memory.used()).isZero();
    }

    @Test
    void aCallThatGivesBackMayTakeAgain() {
        assertThat(lease.take(1_000)).isTrue();
        lease.giveBack();
        assertThat(lease.take(1_000)).isTrue();
        lease.correct(1_000, 1_200);
        assertThat(memory.used()).isEqualTo(1_200);
        lease.close();
        assertThat(memory.used()).isZero();
    }
}
