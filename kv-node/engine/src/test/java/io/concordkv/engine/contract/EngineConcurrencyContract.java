package io.concordkv.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Readers on other threads beside the one writer.
public abstract class EngineConcurrencyContract extends EngineFixture {
    private static final int THREADS = 8;
    private static final int OPERATIONS = 10_000;
    private static final int PAIRS = 3_000;

    @Test
    @Timeout(120)
    void eightThreadsReadTenThousandTimesBesideAWriterWithoutError() throws Exception {
        // Every batch writes the same number under two keys, so a reader can tell half a batch.
        writePair(new Random(1), 0);
        AtomicBoolean done = new AtomicBoolean();
        List<Future<?>> readers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1)) {
            Future<?> writer = threads.submit(() -> {
                Random random = new Random(2);
                for (int i = 1; !done.get(); i++) {
                    writePair(random, i);
                }
            });
            for (int t = 0; t < THREADS; t++) {
                int seed = t;
                readers.add(threads.submit(() -> read(new Random(seed))));
            }
            waitFor(readers);
            done.set(true);
            writer.get();
        }
        assertThat(engine().stats().viewsOpen()).isZero();
        assertThat(engine().validate().problems()).isEmpty();
    }

    private static void waitFor(List<Future<?>> readers) throws ExecutionException, InterruptedException {
        for (Future<?> reader : readers) {
            reader.get();
        }
    }

    private void writePair(Random random, int i) {
        int pair = random.nextInt(PAIRS);
        byte[] value = bytes(i + "/" + "v".repeat(random.nextInt(200)));
        WriteBatch batch = new WriteBatch().put(number(i % 2 * 10), value);
        if (random.nextInt(4) == 0) {
            batch.delete(bytes("low-" + pair)).delete(bytes("up-" + pair));
        } else {
            batch.put(bytes("low-" + pair), value).put(bytes("up-" + pair), value);
        }
        write(batch);
    }

    private void read(Random random) {
        for (int i = 0; i < OPERATIONS; i++) {
            int pair = random.nextInt(PAIRS);
            switch (random.nextInt(10)) {
                case 0 -> readPairInView(pair);
                case 1 -> scan(random, pair);
                default -> {
                    byte[] value = engine().get(bytes((random.nextBoolean() ? "low-" : "up-") + pair));
                    assertThat(value == null || text(value).indexOf('/') > 0).isTrue();
                }
            }
        }
    }

    private void readPairInView(int pair) {
        try (ReadView view = engine().view()) {
            String low = text(view.get(bytes("low-" + pair)));
            assertThat(text(view.get(bytes("up-" + pair)))).isEqualTo(low);
        }
    }

    private void scan(Random random, int pair) {
        Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
        KeyRange range = new KeyRange(bytes("low-" + pair), bytes("low-" + pair + "~"));
        String last = null;
        try (Cursor cursor = engine().cursor(range, direction)) {
            for (int i = 0; i < 50 && cursor.next(); i++) {
                String key = text(cursor.key());
                assertThat(key).startsWith("low-" + pair);
                assertThat(text(cursor.value())).contains("/");
                if (last != null) {
                    assertThat(key.compareTo(last) > 0).isEqualTo(direction == Direction.FORWARD);
                }
                last = key;
            }
        }
    }

    @Test
    @Timeout(120)
    void aSnapshotStreamsFromAViewWhileWritesGoOn() throws Exception {
        fill(20_000);
        try (ExecutorService thread = Executors.newSingleThreadExecutor();
                ReadView view = engine().view()) {
            Future<Integer> streamed = thread.submit(() -> {
                int entries = 0;
                try (Cursor cursor = view.cursor(KeyRange.all(), Direction.FORWARD)) {
                    while (cursor.next()) {
                        assertThat(cursor.value()).isEqualTo(cursor.key());
                        entries++;
                    }
                }
                return entries;
            });
            Random random = new Random(3);
            while (!streamed.isDone()) {
                int i = random.nextInt(20_000);
                write(new WriteBatch().put(number(i), bytes("changed")).delete(number((i + 7) % 20_000)));
            }
            assertThat(streamed.get()).isEqualTo(20_000);
        }
    }
}
