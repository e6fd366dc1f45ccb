package io.concordkv.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.EngineContext;
import io.concordkv.engine.EngineFullException;
import io.concordkv.engine.EngineLimits;
import io.concordkv.engine.Engines;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.MemoryBudget;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.ViewExpiredException;
import io.concordkv.engine.WriteBatch;
import io.concordkv.engine.contract.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is particular to the engine `memory`: where its memory goes and comes back from.
class MemoryEngineTest extends EngineFixture {
    @Override
    protected StorageEngine open(EngineContext context) {
        return Engines.byName("memory").open(context);
    }

    private void fillRandom(int count, int valueBytes, long seed) {
        Random random = new Random(seed);
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < count; i++) {
            batch.put(number(random.nextInt(count)), new byte[valueBytes]);
            if (batch.size() == 100) {
                write(batch);
                batch.clear();
            }
        }
        write(batch);
    }

    @Test
    void nothingIsDurable() {
        put("a", "1");
        engine().flush();
        assertThat(engine().capabilities().durable()).isFalse();
        assertThat(engine().capabilities().ordered()).isTrue();
        assertThat(engine().durableIndex()).isZero();
    }

    @Test
    void anEngineThatWasNeverWrittenOwnsNothing() {
        assertThat(engine().get(bytes("a"))).isNull();
        assertThat(budget.reserved()).isZero();
    }

    @Test
    void anEngineWithAFewRowsOwnsLittle() { // a node has a thousand of them, most of them idle
        for (int i = 0; i < 20; i++) {
            put("meta", "x".repeat(100));
        }
        assertThat(budget.reserved()).isEqualTo(Nursery.BYTES);
    }

    @Test
    void anEngineThatGrowsAndShrinksGoesOnInItsFirstBlock() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 500; i++) {
                put("key" + i, "x".repeat(i));
            }
            assertThat(engine().get(bytes("key77"))).hasSize(77);
            WriteBatch batch = new WriteBatch();
            for (int i = 0; i < 500; i++) {
                batch.delete(bytes("key" + i));
            }
            write(batch);
        }
        assertThat(engine().validate().problems()).isEmpty();
        put("key", "value");
        assertThat(engine().get(bytes("key"))).isEqualTo(bytes("value"));
    }

    @Test
    void anEntryOfSixteenAndAHundredBytesCostsAtMost145() {
        Random random = new Random(4);
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < 200_000; i++) {
            byte[] key = new byte[16];
            random.nextBytes(key);
            write(batch.put(key, new byte[100]));
            batch.clear();
        }
        assertThat(engine().stats().memoryUsed() / engine().count()).isBetween(116L, 145L);
        assertThat(engine().stats().memoryReserved())
                .isLessThan(engine().stats().memoryUsed() * 11 / 10);
    }

    @Test
    void writtenInOrderItCostsAtMost135() {
        for (int i = 0; i < 100_000; i++) {
            write(new WriteBatch().put(bytes(String.format("%016d", i)), new byte[100]));
        }
        assertThat(engine().stats().memoryUsed() / engine().count()).isBetween(116L, 135L);
    }

    @Nested
    class Memory {
        @Test
        void withoutAViewOverwritingTakesNoMemory() {
            fillRandom(20_000, 50, 1);
            fill(20_000);
            long used = engine().stats().memoryUsed();
            for (int round = 0; round < 5; round++) {
                fillRandom(20_000, 8, round);
            }
            assertThat(engine().stats().memoryUsed()).isEqualTo(used);
            assertThat(engine().stats().viewBytesRetained()).isZero();
        }

        @Test
        void deletedEntriesGiveTheirMemoryBack() {
            fillRandom(100_000, 100, 2);
            long full = engine().stats().memoryReserved();
            write(new WriteBatch().deleteRange(KeyRange.all()));
            assertThat(engine().stats().memoryUsed()).isZero();
            assertThat(engine().stats().memoryReserved()).isLessThan(full / 5);
        }

        @Test
        void memoryMovesFromOneSizeToAnother() {
            budget = new MemoryBudget(24 << 20);
            for (int valueBytes : new int[] {10, 100, 1_000, 5_000, 20_000, 100_000, 700_000, 40, 3_000}) {
                int count = (12 << 20) / (valueBytes + 60);
                for (int i = 0; i < count; i++) {
                    write(new WriteBatch().put(number(i), new byte[valueBytes]));
                }
                assertThat(engine().count()).isEqualTo(count);
                for (int i = 0; i < count; i++) {
                    write(new WriteBatch().delete(number(i)));
                }
                assertThat(engine().stats().memoryUsed()).isZero();
            }
        }

        @Test
        void compactGivesBackWhatScatteredDeletesLeave() {
            fillRandom(100_000, 100, 3);
            for (int i = 0; i < 100_000; i++) {
                if (i % 10 != 0) {
                    write(new WriteBatch().delete(number(i)));
                }
            }
            long before = engine().stats().memoryReserved();
            engine().compact();
            assertThat(engine().stats().memoryReserved()).isLessThan(before / 2);
            assertThat(engine().validate().problems()).isEmpty();
            assertThat(engine().get(number(0))).isEqualTo(engine().get(number(0)));
            assertThat(keys(KeyRange.all(), Direction.FORWARD)).hasSize((int) engine().count());
        }

        @Test
        void anEngineAtItsBudgetTakesDeletesAndThenPutsAgain() {
            budget = new MemoryBudget(4 << 20);
            int written = 0;
            try {
                for (; ; written++) {
                    write(new WriteBatch().put(number(written), new byte[1_000]));
                }
            } catch (EngineFullException e) {
                assertThat(written).isGreaterThan(3_000);
            }
            assertThat(budget.reserved()).isLessThanOrEqualTo(budget.bytesMax());
            write(new WriteBatch().delete(number(7)).delete(number(8)));
            write(new WriteBatch().put(number(8), new byte[1_000]));
            assertThat(engine().count()).isEqualTo(written - 1L);
        }
    }

    @Nested
    class ViewLimits {
        @Test
        void aViewThatKeepsTooMuchExpires() {
            engine(EngineLimits.DEFAULTS.withViews(Duration.ofMinutes(1), 1 << 20));
            fillRandom(20_000, 100, 4);
            ReadView first = engine().view();
            put("x", "y");
            ReadView second = engine().view();
            fillRandom(20_000, 300, 5);
            assertThatExceptionOfType(ViewExpiredException.class)
                    .isThrownBy(() -> first.get(number(1)))
                    .withMessageContaining("views keep more than 1048576 bytes");
            assertThatExceptionOfType(ViewExpiredException.class).isThrownBy(() -> second.count(KeyRange.all()));
            assertThat(engine().stats().viewsExpired()).isEqualTo(2);
            fillRandom(5_000, 300, 6);
            assertThat(engine().stats().viewBytesRetained()).isZero();
        }

        @Test
        void aViewGivesWayToAWriteThatNeedsItsMemory() {
            budget = new MemoryBudget(9 << 20);
            fill(30_000);
            ReadView view = engine().view();
            write(new WriteBatch().deleteRange(KeyRange.all()));
            for (int i = 0; engine().stats().viewsExpired() == 0; i++) {
                write(new WriteBatch().put(number(i), new byte[500]));
            }
            assertThatExceptionOfType(ViewExpiredException.class)
                    .isThrownBy(() -> view.get(number(1)))
                    .withMessageContaining("its memory was needed");
            assertThat(engine().stats().viewBytesRetained()).isZero();
            assertThat(engine().validate().problems()).isEmpty();
        }

        @Test
        void hotKeysCostAnOpenViewOneCopyOnly() {
            fill(10_000);
            try (ReadView view = engine().view()) {
                for (int i = 0; i < 100_000; i++) {
                    write(new WriteBatch().put(number(i % 10), bytes("value of another length " + i)));
                }
                assertThat(engine().stats().viewBytesRetained()).isLessThan(20_000);
                assertThat(view.get(number(3))).isEqualTo(number(3));
            }
        }

        @Test
        void whatAClosedViewKeptGoesWithTheNextWrites() {
            fill(50_000);
            ReadView view = engine().view();
            fillRandom(50_000, 30, 10);
            assertThat(engine().stats().viewBytesRetained()).isGreaterThan(1 << 20);
            view.close();
            for (int i = 0; i < 100; i++) {
                put("x", "y");
            }
            assertThat(engine().stats().viewBytesRetained()).isZero();
            assertThat(engine().validate().problems()).isEmpty();
        }
    }

    @Nested
    class BesideAWriter {
        @Test
        @Timeout(60)
        void readersSurviveMemoryThatGoesAway() throws Exception {
            // Large values lie in memory of their own, which is unmapped when they are replaced.
            engine(EngineLimits.DEFAULTS.withViews(Duration.ofMinutes(1), 4 << 20));
            AtomicBoolean done = new AtomicBoolean();
            List<Future<Integer>> readers = new ArrayList<>();
            write(valueBatch(0));
            try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
                for (int t = 0; t < 3; t++) {
                    boolean byView = t == 0;
                    readers.add(threads.submit(() -> readUntil(done, byView)));
                }
                for (int i = 1; i < 500; i++) {
                    write(valueBatch(i));
                }
                done.set(true);
                for (Future<Integer> reader : readers) {
                    assertThat(reader.get()).isPositive();
                }
            }
        }

        @Test
        @Timeout(60)
        void aViewThatExpiresUnderItsReaderNeverShowsAnythingWrong() throws Exception {
            engine(EngineLimits.DEFAULTS.withViews(Duration.ofMinutes(1), 64 << 10));
            for (int i = 0; i < 5_000; i++) {
                write(sealed(i, 20));
            }
            AtomicBoolean done = new AtomicBoolean();
            List<Future<int[]>> readers = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                for (int t = 0; t < 2; t++) {
                    Direction direction = Direction.values()[t];
                    readers.add(threads.submit(() -> scanUntil(done, direction)));
                }
                Random random = new Random(11);
                while (engine().stats().viewsExpired() < 300) {
                    write(sealed(random.nextInt(5_000), random.nextInt(400)));
                }
                done.set(true);
                for (Future<int[]> reader : readers) {
                    assertThat(reader.get()[0]).as("entries read").isPositive();
                }
            }
            assertThat(engine().validate().problems()).isEmpty();
        }

        private WriteBatch sealed(int i, int length) {
            byte[] value = new byte[8 + length];
            System.arraycopy(number(i), 0, value, 0, 8);
            return new WriteBatch().put(number(i), value);
        }

        private int[] scanUntil(AtomicBoolean done, Direction direction) {
            int[] readAndExpired = new int[2];
            while (!done.get()) {
                try (Cursor cursor = engine().cursor(KeyRange.all(), direction)) {
                    int walked = 0;
                    while (cursor.next()) {
                        byte[] key = cursor.key();
                        byte[] value = cursor.value();
                        assertThat(Arrays.equals(key, 0, 8, value, 0, 8)).isTrue();
                        readAndExpired[0]++;
                        walked++;
                    }
                    assertThat(walked).isEqualTo(5_000);
                } catch (ViewExpiredException e) {
                    readAndExpired[1]++;
                }
            }
            return readAndExpired;
        }

        private WriteBatch valueBatch(int i) {
            byte[] value = new byte[600_000 + i % 3 * 4_096];
            Arrays.fill(value, (byte) i);
            return new WriteBatch().put(bytes("large"), value);
        }

        private int readUntil(AtomicBoolean done, boolean byView) {
            int read = 0;
            while (!done.get() || read == 0) {
                byte[] value = byView ? readByView() : engine().get(bytes("large"));
                if (value != null) {
                    assertThat(value[0]).isEqualTo(value[value.length - 1]).isEqualTo(value[value.length / 2]);
                    read++;
                }
            }
            return read;
        }

        private byte @Nullable [] readByView() {
            try (Cursor cursor = engine().cursor(KeyRange.all(), Direction.BACKWARD)) {
                return cursor.next() ? cursor.value() : null;
            } catch (ViewExpiredException e) {
                return null; // the writer may end a view that keeps too much
            }
        }
    }
}
