package io.concordkv.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.concordkv.base.Flaw;
import io.concordkv.base.InvariantViolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Thousands of groups moved at random; see `concord simulate --core` for many more, with time.
class RandomMovesTest {
    private static final int SEEDS = 2_000;
    private static final int MOVES = 1_500;

    @Test
    void nothingBreaks() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new RandomMoves(seed).run(MOVES);
            } catch (RandomMoves.Broken | InvariantViolation broken) {
                fail("seed " + seed, broken);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Flaw.class,
            names = {
                "VOTE_NOT_DURABLE_BEFORE_ANSWER",
                "ACK_BEFORE_SYNC",
                "OLD_TERM_COMMITTED_BY_COUNTING",
                "STALE_READ_ROUND",
                "NODE_FRAME_TAKEN_AS_READ_ROUND"
            })
    void aKnownBugIsCaught(Flaw flaw) {
        flaw.runWith(() -> assertThat(firstBrokenSeed()).isNotNegative());
    }

    private static long firstBrokenSeed() {
        for (long seed = 0; seed < 5 * SEEDS; seed++) {
            try {
                new RandomMoves(seed).run(MOVES);
            } catch (RandomMoves.Broken | InvariantViolation caught) {
                return seed;
            }
        }
        return -1;
    }
}
