package io.concordkv.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Random operations, batches, views and scans against a sorted map of the JDK.
public abstract class EngineModelContract extends EngineFixture {
    private record Snapshot(ReadView view, TreeMap<byte[], byte[]> model) {}

    private final TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Snapshot> snapshots = new ArrayList<>();
    private Random random = new Random(0);
    private KeyShape shape = KeyShape.SHORT;

    /// How keys look: few and short, long with one prefix, any bytes, many zeros.
    enum KeyShape {
        SHORT,
        COMMON_PREFIX,
        ANY_BYTES,
        ZEROS
    }

    @ParameterizedTest
    @CsvSource({
        "1, SHORT, 3000", "2, SHORT, 3000", "3, COMMON_PREFIX, 6000", "4, COMMON_PREFIX, 6000",
        "5, ANY_BYTES, 4000", "6, ANY_BYTES, 4000", "7, ZEROS, 3000", "8, ZEROS, 3000"
    })
    void theEngineAgreesWithTheModel(long seed, KeyShape keyShape, int steps) {
        random = new Random(seed);
        shape = keyShape;
        for (int step = 0; step < steps; step++) {
            step(step);
        }
        snapshots.forEach(this::checkAndClose);
        checkAll();
        write(new WriteBatch().deleteRange(KeyRange.all()));
        model.clear();
        checkAll();
    }

    private void step(int step) {
        int dice = random.nextInt(100);
        if (dice < 70) {
            writeRandomBatch();
        } else if (dice < 80) {
            byte[] key = key();
            assertThat(engine().get(key)).isEqualTo(model.get(key));
        } else if (dice < 92) {
            checkScan();
        } else if (dice < 95 && snapshots.size() < 6) {
            snapshots.add(new Snapshot(engine().view(), new TreeMap<>(model)));
        } else if (!snapshots.isEmpty()) {
            checkAndClose(snapshots.remove(random.nextInt(snapshots.size())));
        }
        if (step % 500 == 499) {
            checkAll();
        }
        if (step % 900 == 899) {
            engine().compact();
        }
    }

    private void writeRandomBatch() {
        WriteBatch batch = new WriteBatch();
        int size = random.nextInt(10) == 0 ? 200 : 1 + random.nextInt(4);
        boolean mostlyDeletes = random.nextInt(4) == 0;
        for (int i = 0; i < size; i++) {
            int dice = random.nextInt(100);
            if (dice < 2) {
                KeyRange range = range();
                batch.deleteRange(range);
                List.copyOf(within(model, range).keySet()).forEach(model::remove);
            } else if (dice < (mostlyDeletes ? 80 : 20)) {
                byte[] key = random.nextBoolean() || model.isEmpty() ? key() : near(key());
                batch.delete(key);
                model.remove(key);
            } else {
                byte[] key = key();
                byte[] value = new byte[random.nextInt(20) == 0 ? random.nextInt(3_000) : random.nextInt(60)];
                random.nextBytes(value);
                batch.put(key, value);
                model.put(key, value);
            }
        }
        write(batch);
    }

    private byte[] near(byte[] key) {
        byte[] ceiling = model.ceilingKey(key);
        return ceiling == null ? model.lastKey() : ceiling;
    }

    private byte[] key() {
        switch (shape) {
            case SHORT -> {
                byte[] key = new byte[1 + random.nextInt(2)];
                random.nextBytes(key);
                return key;
            }
            case COMMON_PREFIX -> {
                String group = random.nextInt(8) == 0 ? "other/" : "tenant/0001/user/";
                return bytes(group + random.nextInt(3_000) + (random.nextInt(5) == 0 ? "/attribute" : ""));
            }
            case ANY_BYTES -> {
                byte[] key = new byte[1 + random.nextInt(random.nextInt(30) == 0 ? 4_096 : 24)];
                random.nextBytes(key);
                return key;
            }
            case ZEROS -> {
                byte[] key = new byte[1 + random.nextInt(40)];
                if (random.nextInt(3) == 0) {
                    key[random.nextInt(key.length)] = (byte) (random.nextInt(3) - 1);
                }
                return key;
            }
        }
        throw new AssertionError(shape);
    }

    private KeyRange range() {
        int dice = random.nextInt(10);
        if (dice < 4) {
            byte[] from = key();
            byte[] to = model.higherKey(from);
            for (int i = random.nextInt(20); to != null && i > 0; i--) {
                to = model.higherKey(to);
            }
            return to == null ? new KeyRange(from, Arrays.copyOf(from, from.length + 1)) : new KeyRange(from, to);
        }
        if (dice < 7) {
            byte[] key = key();
            return KeyRange.prefix(Arrays.copyOf(key, 1 + random.nextInt(key.length)));
        }
        return dice < 9 ? KeyRange.only(key()) : new KeyRange(key(), key());
    }

    private void checkScan() {
        KeyRange range = random.nextInt(3) == 0 ? new KeyRange(key(), null) : range();
        Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
        try (Cursor cursor = engine().cursor(range, direction)) {
            check(cursor, within(model, range), direction);
        }
    }

    private void checkAll() {
        assertThat(engine().count()).isEqualTo(model.size());
        assertThat(engine().validate().problems()).isEmpty();
        for (Direction direction : Direction.values()) {
            try (Cursor cursor = engine().cursor(KeyRange.all(), direction)) {
                check(cursor, model, direction);
            }
        }
    }

    private void checkAndClose(Snapshot snapshot) {
        try (ReadView view = snapshot.view()) {
            KeyRange range = range();
            assertThat(view.count(range))
                    .isEqualTo(within(snapshot.model(), range).size());
            for (Direction direction : Direction.values()) {
                check(view.cursor(KeyRange.all(), direction), snapshot.model(), direction);
            }
            byte[] key = key();
            assertThat(view.get(key)).isEqualTo(snapshot.model().get(key));
        }
    }

    private static void check(Cursor cursor, NavigableMap<byte[], byte[]> expected, Direction direction) {
        NavigableMap<byte[], byte[]> walked = direction == Direction.FORWARD ? expected : expected.descendingMap();
        int at = 0;
        for (Map.Entry<byte[], byte[]> entry : walked.entrySet()) {
            assertThat(cursor.next()).as("entry %d of %d", at, walked.size()).isTrue();
            assertSame(cursor.key(), entry.getKey(), at);
            assertSame(cursor.value(), entry.getValue(), at);
            at++;
        }
        assertThat(cursor.next()).as("beyond the last of %d", walked.size()).isFalse();
    }

    private static void assertSame(byte[] actual, byte @Nullable [] expected, int at) {
        if (!Arrays.equals(actual, expected)) {
            assertThat(actual).as("at entry %d", at).isEqualTo(expected);
        }
    }

    private static NavigableMap<byte[], byte[]> within(TreeMap<byte[], byte[]> map, KeyRange range) {
        if (range.isEmpty()) {
            return new TreeMap<>(map.comparator());
        }
        return range.end() == null
                ? map.tailMap(range.start(), true)
                : map.subMap(range.start(), true, range.end(), false);
    }
}
