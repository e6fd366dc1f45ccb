package io.concordkv.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AbsencesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Set<String> ALL = Set.of("a", "b");

    private final Absences absences = new Absences();

    private Set<String> look(int second, String... serving) {
        return absences.look("uid", ALL, Set.of(serving), START.plusSeconds(second));
    }

    @Test
    void whoHasNotServedForTenSecondsIsLongAway() {
        assertThat(look(0, "a", "b")).isEmpty();
        assertThat(look(5, "a")).isEmpty();
        assertThat(look(9, "a")).isEmpty();
        assertThat(look(10, "a")).containsExactly("b");
        assertThat(look(11, "a", "b")).isEmpty();
        assertThat(look(20, "a")).isEmpty();
    }

    @Test
    void anOperatorThatBeginsWaitsTenSecondsFromItsFirstLook() {
        assertThat(look(0, "a")).isEmpty();
        assertThat(look(10, "a")).containsExactly("b");
    }
}
