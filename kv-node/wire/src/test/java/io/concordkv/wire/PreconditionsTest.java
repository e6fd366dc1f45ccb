package io.concordkv.wire;

import static io.concordkv.wire.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionsTest {
    @Test
    void aTagHoldsForItsRevisionOnly() {
        var conditions = Preconditions.forWrite("\"7\"", null);
        assertThat(conditions.ifMatchHolds(7)).isTrue();
        assertThat(conditions.ifMatchHolds(8)).isFalse();
        assertThat(conditions.ifMatchHolds(0)).isFalse();
    }

    @Test
    void aStarMeansThatTheKeyIsThere() {
        assertThat(Preconditions.forWrite("*", null).ifMatchHolds(3)).isTrue();
        assertThat(Preconditions.forWrite("*", null).ifMatchHolds(0)).isFalse();
        assertThat(Preconditions.forWrite(null, "*").ifNoneMatchHolds(0)).isTrue();
        assertThat(Preconditions.forWrite(null, "*").ifNoneMatchHolds(3)).isFalse();
    }

    @Test
    void aForeignTagIsWellFormedAndNeverMatches() {
        assertThat(Preconditions.forWrite("\"abc\"", null).ifMatchHolds(7)).isFalse();
        assertThat(Preconditions.forRead(null, "\"abc\"").ifNoneMatchHolds(7)).isTrue();
    }

    @Test
    void aReadStopsAtItsOwnRevision() {
        assertThat(Preconditions.forRead(null, "\"7\"").ifNoneMatchHolds(7)).isFalse();
        assertThat(Preconditions.forRead(null, null)).isSameAs(Preconditions.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"W/\"7\"", "\"7\", \"8\"", "7", "\"7", "", "\"", "**", "\"a\"b\""})
    void weakListedAndUnquotedTagsAreRefused(String tag) {
        refused(ProblemCode.INVALID_ARGUMENT, () -> Preconditions.forWrite(tag, null));
        refused(ProblemCode.INVALID_ARGUMENT, () -> Preconditions.forRead(null, tag));
    }

    @Test
    void aWriteTakesOneConditionOnly() {
        refused(ProblemCode.INVALID_ARGUMENT, () -> Preconditions.forWrite("*", "*"));
        refused(ProblemCode.INVALID_ARGUMENT, () -> Preconditions.forWrite(null, "\"7\""));
    }
}
