package io.concordkv.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DurabilityTest {
    private final Durability durability = new Durability(3);

    @Test
    void aSyncMakesEverythingOfItsWritesDurable() {
        durability.issued(1, 5);
        durability.issued(2, 8);
        durability.issued(3, 9);

        durability.persisted(2);

        assertThat(durability.durableIndex()).isEqualTo(8);
        assertThat(durability.durableId()).isEqualTo(2);
    }

    @Test
    void anOverwrittenEntryNeverBecomesDurableThroughItsOldWrite() {
        // Entry 5 is written, overwritten, and an equal one is appended again, all before the first sync.
        durability.issued(1, 5);
        durability.truncateAfter(4);
        durability.issued(2, 5);
        durability.truncateAfter(4);
        durability.issued(3, 5);

        durability.persisted(1);
        assertThat(durability.durableIndex()).isEqualTo(4);
        durability.persisted(2);
        assertThat(durability.durableIndex()).isEqualTo(4);
        durability.persisted(3);
        assertThat(durability.durableIndex()).isEqualTo(5);
    }

    @Test
    void truncationTakesDurabilityBack() {
        durability.truncateAfter(1);

        assertThat(durability.durableIndex()).isEqualTo(1);
    }

    @Test
    void manyWritesMayBeUnderWay() {
        for (int id = 1; id <= 100; id++) {
            durability.issued(id, 3 + id);
            if (id % 3 == 0) {
                durability.persisted(id / 3);
                assertThat(durability.durableIndex()).isEqualTo(3 + id / 3);
            }
        }
        durability.persisted(100);
        assertThat(durability.durableIndex()).isEqualTo(103);
    }
}
