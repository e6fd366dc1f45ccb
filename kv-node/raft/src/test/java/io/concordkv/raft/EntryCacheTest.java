package io.concordkv.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryCacheTest {
    private static final int ENTRY_BYTES = 10 + LogEntry.OVERHEAD_BYTES;

    private final EntryCache cache = new EntryCache(5);

    @Test
    void handsOutTheVeryBatchThatWasAppended() {
        var batch = entries(1, 5, 8);
        cache.append(batch);

        assertThat(cache.slice(5, 8, 1 << 20)).isSameAs(batch);
    }

    @Test
    void asManyAsFitButOneAtLeast() {
        cache.append(entries(1, 5, 20));

        assertThat(cache.slice(7, 20, 3 * ENTRY_BYTES))
                .extracting(LogEntry::index)
                .containsExactly(7L, 8L, 9L);
        assertThat(cache.slice(7, 8, 1 << 20)).hasSize(2);
        assertThat(cache.slice(7, 20, 1)).hasSize(1);
        assertThat(cache.slice(4, 20, 1)).isEmpty();
        assertThat(cache.slice(21, 21, 1)).isEmpty();
    }

    @Test
    void growsAndKeepsOrderWhileItsStartMoves() {
        for (long index = 5; index < 500; index += 3) {
            cache.append(entries(1, index, index + 2));
            cache.evict(index - 100, 0);
        }

        assertThat(cache.first()).isEqualTo(398);
        for (long index = cache.first(); index < 500; index++) {
            assertThat(cache.get(index).index()).isEqualTo(index);
        }
        assertThat(cache.bytes()).isEqualTo((500L - 398) * ENTRY_BYTES);
    }

    @Test
    void evictsOnlyWhatNobodyNeeds() {
        cache.append(entries(1, 5, 14));
        cache.evict(8, 2 * ENTRY_BYTES);
        assertThat(cache.first()).isEqualTo(9);

        cache.evict(14, 2 * ENTRY_BYTES);
        assertThat(cache.first()).isEqualTo(13);
    }

    @Test
    void truncationReachesBelowItsStart() {
        cache.append(entries(1, 5, 9));
        cache.truncateAfter(2);
        cache.append(entries(2, 3, 3));

        assertThat(cache.slice(3, 3, 100)).extracting(LogEntry::term).containsExactly(2L);
        assertThat(cache.bytes()).isEqualTo(ENTRY_BYTES);
    }

    @Test
    void anOverwrittenBatchIsNotHandedOut() {
        cache.append(entries(1, 5, 6));
        cache.truncateAfter(4);
        cache.append(entries(2, 5, 6));

        assertThat(cache.slice(5, 6, 1 << 20)).extracting(LogEntry::term).containsExactly(2L, 2L);
    }

    private static List<LogEntry> entries(long term, long first, long last) {
        var entries = new ArrayList<LogEntry>();
        for (long index = first; index <= last; index++) {
            entries.add(new LogEntry(term, index, EntryKind.COMMAND, new byte[10]));
        }
        return List.copyOf(entries);
    }
}
