package io.concordkv.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.concordkv.engine.BatchTooLargeException;
import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.EngineClosedException;
import io.concordkv.engine.EngineContext;
import io.concordkv.engine.EngineFullException;
import io.concordkv.engine.EngineLimits;
import io.concordkv.engine.EntryOutOfBoundsException;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.MemoryBudget;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.WriteBatch;
import io.concordkv.engine.WriteReport;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What one thread sees of an engine: operations, batches, ranges, refusals, size limits.
public abstract class EngineContract extends EngineFixture {
    @Test
    void anEmptyEngineHoldsNothing() {
        assertThat(engine().get(bytes("a"))).isNull();
        assertThat(engine().count()).isZero();
        assertThat(engine().appliedIndex()).isZero();
        assertThat(keys(KeyRange.all(), Direction.FORWARD)).isEmpty();
        assertThat(keys(KeyRange.all(), Direction.BACKWARD)).isEmpty();
        assertThat(engine().validate().problems()).isEmpty();
    }

    @Test
    void theLastValueOfAKeyIsRead() {
        put("a", "first");
        put("a", "a much longer second value that cannot lie where the first one lay");
        put("b", "");
        assertThat(text(engine().get(bytes("a")))).startsWith("a much longer");
        assertThat(text(engine().get(bytes("b")))).isEmpty();
        assertThat(engine().count()).isEqualTo(2);
        assertThat(engine().appliedIndex()).isEqualTo(3);
    }

    @Test
    void arraysAreNeitherKeptNorShared() {
        byte[] key = bytes("key");
        byte[] value = bytes("value");
        write(new WriteBatch().put(key, value));
        key[0] = 'x';
        value[0] = 'x';
        byte[] read = engine().get(bytes("key"));
        assertThat(text(read)).isEqualTo("value");
        Arrays.fill(read, (byte) 'y');
        assertThat(text(engine().get(bytes("key")))).isEqualTo("value");
    }

    @Test
    void deletedKeysAreGone() {
        fill(500);
        for (int i = 0; i < 500; i += 2) {
            write(new WriteBatch().delete(number(i)));
        }
        write(new WriteBatch().delete(bytes("never there")));
        assertThat(engine().count()).isEqualTo(250);
        assertThat(engine().get(number(100))).isNull();
        assertThat(text(engine().get(number(101)))).isEqualTo("00000101");
        assertThat(engine().validate().problems()).isEmpty();
    }

    @Test
    void clearLeavesAnEmptyEngineThatWorks() {
        fill(5_000);
        engine().clear();
        assertThat(engine().count()).isZero();
        assertThat(engine().appliedIndex()).isZero();
        assertThat(engine().get(number(1))).isNull();
        put("a", "1");
        assertThat(keys(KeyRange.all(), Direction.FORWARD)).containsExactly("a");
    }

    @Test
    void afterCloseEverythingIsRefused() {
        put("a", "1");
        StorageEngine engine = engine();
        engine.close();
        assertThatExceptionOfType(EngineClosedException.class).isThrownBy(() -> engine.get(bytes("a")));
        assertThatExceptionOfType(EngineClosedException.class).isThrownBy(engine::view);
        assertThatExceptionOfType(EngineClosedException.class)
                .isThrownBy(() -> engine.write(new WriteBatch().delete(bytes("a")), 9));
    }

    @Test
    void aThousandOpenedAndClosedEnginesLeaveNoMemoryBehind() {
        for (int i = 0; i < 1_000; i++) {
            try (StorageEngine opened = open(EngineContext.of("cycle-" + i, budget, clock))) {
                opened.write(new WriteBatch().put(number(i), new byte[i * 10]), 1);
                assertThat(opened.get(number(i))).hasSize(i * 10);
            }
            assertThat(budget.reserved()).isZero();
        }
    }

    @Nested
    class Batches {
        @Test
        void theLastOperationOnAKeyWinsAndOnlyItIsStored() {
            WriteReport report = engine().write(
                            new WriteBatch()
                                    .put(bytes("a"), bytes("1"))
                                    .delete(bytes("b"))
                                    .put(bytes("a"), bytes("2"))
                                    .put(bytes("b"), bytes("3"))
                                    .delete(bytes("a")),
                            7);
            assertThat(report).isEqualTo(new WriteReport(2, 3, 3));
            assertThat(keys(KeyRange.all(), Direction.FORWARD)).containsExactly("b");
            assertThat(engine().appliedIndex()).isEqualTo(7);
        }

        @Test
        void aRangeDeleteCoversWhatCameBeforeItAndNotWhatComesAfter() {
            put("a1", "old");
            put("a9", "old");
            put("b1", "old");
            write(new WriteBatch()
                    .put(bytes("a2"), bytes("void"))
                    .deleteRange(KeyRange.prefix(bytes("a")))
                    .put(bytes("a3"), bytes("new")));
            assertThat(keys(KeyRange.all(), Direction.FORWARD)).containsExactly("a3", "b1");
        }

        @Test
        void anEmptyBatchMovesTheAppliedIndexOnly() {
            assertThat(engine().write(new WriteBatch(), 12)).isEqualTo(new WriteReport(0, 0, 0));
            assertThat(engine().appliedIndex()).isEqualTo(12);
            assertThat(engine().count()).isZero();
        }

        @Test
        void tooManyOperationsAreRefusedWhole() {
            engine(EngineLimits.DEFAULTS.withBatch(3, 1_000));
            put("a", "1");
            WriteBatch batch = new WriteBatch();
            for (int i = 0; i < 4; i++) {
                batch.put(number(i), number(i));
            }
            assertThatExceptionOfType(BatchTooLargeException.class)
                    .isThrownBy(() -> engine().write(batch, 9))
                    .withMessageContaining("4 operations")
                    .withMessageContaining("allowed are 3")
                    .withMessageContaining("nothing was executed");
            assertUnchanged();
        }

        @Test
        void tooManyBytesAreRefusedWhole() {
            engine(EngineLimits.DEFAULTS.withBatch(10, 1_000));
            put("a", "1");
            assertThatExceptionOfType(BatchTooLargeException.class)
                    .isThrownBy(() ->
                            engine().write(new WriteBatch().delete(bytes("a")).put(bytes("k"), new byte[1_000]), 9))
                    .withMessageContaining("1002 bytes");
            assertUnchanged();
        }

        @Test
        void keysAndValuesOfAWrongLengthAreRefusedWhole() {
            put("a", "1");
            for (WriteBatch batch : List.of(
                    new WriteBatch().delete(bytes("a")).put(new byte[0], bytes("x")),
                    new WriteBatch().delete(bytes("a")).delete(new byte[0]),
                    new WriteBatch().delete(bytes("a")).put(new byte[EngineLimits.KEY_BYTES_HIGHEST + 1], bytes("x")),
                    new WriteBatch().delete(bytes("a")).put(bytes("x"), new byte[(2 << 20) + 1]))) {
                assertThatExceptionOfType(EntryOutOfBoundsException.class)
                        .isThrownBy(() -> engine().write(batch, 9))
                        .withMessageContaining("nothing was executed");
            }
            assertUnchanged();
        }

        @Test
        void beyondTheMemoryBudgetBatchesAreRefusedWholeAndDeletesStillTaken() {
            budget = new MemoryBudget(8 << 20);
            put("a", "1");
            int written = 0;
            boolean full = false;
            while (!full) {
                assertThat(written).as("puts of 32 KiB within 8 MiB").isLessThan(256);
                try {
                    write(new WriteBatch().put(number(written), new byte[32 << 10]));
                    written++;
                } catch (EngineFullException e) {
                    assertThat(e).hasMessageContaining("is full").hasMessageContaining("nothing was executed");
                    full = true;
                }
            }
            assertThat(written).isGreaterThan(100);
            assertThat(engine().count()).isEqualTo(written + 1L);
            assertThat(budget.reserved()).isLessThanOrEqualTo(budget.bytesMax());
            for (int i = 0; i < written; i++) {
                write(new WriteBatch().delete(number(i)));
            }
            write(new WriteBatch().put(number(7), new byte[32 << 10]));
            assertThat(keys(KeyRange.all(), Direction.FORWARD)).containsExactly("00000007", "a");
        }

        private void assertUnchanged() {
            assertThat(keys(KeyRange.all(), Direction.FORWARD)).containsExactly("a");
            assertThat(engine().appliedIndex()).isEqualTo(1);
        }
    }

    @Nested
    class Ranges {
        @Test
        void aRangeIncludesItsStartAndNotItsEnd() {
            fill(1_000);
            KeyRange range = new KeyRange(number(100), number(103));
            assertThat(keys(range, Direction.FORWARD)).containsExactly("00000100", "00000101", "00000102");
            assertThat(keys(range, Direction.BACKWARD)).containsExactly("00000102", "00000101", "00000100");
            assertThat(engine().view().count(range)).isEqualTo(3);
        }

        @Test
        void boundsNeedNotBeKeys() {
            put("b", "");
            put("d", "");
            put("f", "");
            assertThat(keys(new KeyRange(bytes("a"), bytes("c")), Direction.FORWARD))
                    .containsExactly("b");
            assertThat(keys(new KeyRange(bytes("c"), null), Direction.BACKWARD)).containsExactly("f", "d");
            assertThat(keys(new KeyRange(bytes("g"), null), Direction.FORWARD)).isEmpty();
            assertThat(keys(new KeyRange(new byte[0], bytes("a")), Direction.BACKWARD))
                    .isEmpty();
            assertThat(keys(new KeyRange(bytes("d"), bytes("d")), Direction.FORWARD))
                    .isEmpty();
            assertThat(keys(new KeyRange(bytes("f"), bytes("b")), Direction.BACKWARD))
                    .isEmpty();
        }

        @Test
        void aPrefixFindsTheKeyItselfAndItsExtensions() {
            for (String key : List.of("a", "ab", "ab\0", "abc", "ac", "b")) {
                put(key, "");
            }
            assertThat(keys(KeyRange.prefix(bytes("ab")), Direction.FORWARD)).containsExactly("ab", "ab\0", "abc");
            assertThat(keys(KeyRange.prefix(new byte[0]), Direction.BACKWARD)).hasSize(6);
            assertThat(KeyRange.prefix(new byte[] {1, -1}).end()).containsExactly(2);
            assertThat(KeyRange.prefix(new byte[] {-1, -1}).end()).isNull();
        }

        @Test
        void deleteRangeRemovesExactlyTheRange() {
            fill(3_000);
            write(new WriteBatch().deleteRange(new KeyRange(number(10), number(2_990))));
            assertThat(engine().count()).isEqualTo(20);
            assertThat(engine().get(number(10))).isNull();
            assertThat(engine().get(number(9))).isNotNull();
            assertThat(engine().get(number(2_990))).isNotNull();
            assertThat(engine().validate().problems()).isEmpty();
            write(new WriteBatch().deleteRange(KeyRange.all()));
            assertThat(engine().count()).isZero();
            assertThat(engine().validate().problems()).isEmpty();
        }

        @Test
        void aCursorStandsOnAnEntryOrSaysSo() {
            put("a", "1");
            try (Cursor cursor = engine().cursor(KeyRange.all(), Direction.FORWARD)) {
                assertThatExceptionOfType(IllegalStateException.class).isThrownBy(cursor::key);
                assertThat(cursor.next()).isTrue();
                assertThat(text(cursor.value())).isEqualTo("1");
                assertThat(cursor.next()).isFalse();
                assertThat(cursor.next()).isFalse();
                assertThatExceptionOfType(IllegalStateException.class).isThrownBy(cursor::value);
            }
        }
    }

    @Nested
    class Sizes {
        @Test
        void keysOfEveryLengthAndAnyBytesAreKept() {
            Random random = new Random(5);
            WriteBatch batch = new WriteBatch();
            for (int length = 1; length <= 4_200; length += length < 40 ? 1 : 97) {
                byte[] key = new byte[length];
                random.nextBytes(key);
                batch.put(key, key).put(new byte[length], number(length));
            }
            batch.put(new byte[EngineLimits.KEY_BYTES_HIGHEST], bytes("longest"));
            write(batch);
            assertThat(engine().count()).isEqualTo(batch.size());
            for (int i = 0; i < batch.size(); i++) {
                assertThat(engine().get(batch.key(i))).isEqualTo(batch.value(i));
            }
            assertThat(engine().validate().problems()).isEmpty();
        }

        @Test
        void valuesFromNothingToAMebibyteAreKeptAndReplaced() {
            int[] lengths = {0, 1, 7, 8, 127, 128, 4_095, 4_096, 16_384, 32_768, 65_535, 65_536, 300_000, 1 << 20};
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < lengths.length; i++) {
                    byte[] value = new byte[lengths[(i + round) % lengths.length]];
                    Arrays.fill(value, (byte) (i + round));
                    write(new WriteBatch().put(number(i), value));
                }
            }
            for (int i = 0; i < lengths.length; i++) {
                byte[] value = engine().get(number(i));
                byte[] expected = new byte[lengths[(i + 2) % lengths.length]];
                Arrays.fill(expected, (byte) (i + 2));
                assertThat(value).isEqualTo(expected);
            }
            assertThat(engine().validate().problems()).isEmpty();
        }

        @Test
        void theStatsAddUp() {
            fill(2_000);
            write(new WriteBatch().delete(number(0)).put(number(1), new byte[100]));
            var stats = engine().stats();
            assertThat(stats.entries()).isEqualTo(1_999);
            assertThat(stats.keyBytes()).isEqualTo(1_999 * 8);
            assertThat(stats.valueBytes()).isEqualTo(1_998 * 8 + 100);
            assertThat(stats.memoryReserved()).isGreaterThanOrEqualTo(stats.memoryUsed());
            assertThat(stats.batches()).isEqualTo(3);
            assertThat(stats.operations()).isEqualTo(2_002);
        }
    }
}
