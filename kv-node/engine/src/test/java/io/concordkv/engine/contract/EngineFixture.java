package io.concordkv.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.EngineContext;
import io.concordkv.engine.EngineLimits;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.MemoryBudget;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// Opens one engine a test, closes it, and checks that it gave back all memory.
public abstract class EngineFixture {
    protected final SettableClock clock = new SettableClock();
    protected MemoryBudget budget = new MemoryBudget(2L << 30);
    private @Nullable StorageEngine engine;

    /// Opens the engine under test.
    protected abstract StorageEngine open(EngineContext context);

    protected final StorageEngine engine() {
        return engine(EngineLimits.DEFAULTS);
    }

    /// Opens the test's engine with these limits at the first call and gives the same one afterwards.
    protected final StorageEngine engine(EngineLimits limits) {
        StorageEngine opened = engine;
        if (opened == null) {
            opened = open(new EngineContext("test", budget, clock, limits));
            engine = opened;
        }
        return opened;
    }

    @AfterEach
    final void closeAndCheckTheLedger() {
        StorageEngine opened = engine;
        if (opened != null) {
            opened.close();
        }
        assertThat(budget.reserved()).as("bytes still booked after close").isZero();
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static byte[] number(int number) {
        return bytes(String.format("%08d", number));
    }

    protected final void put(String key, String value) {
        write(new WriteBatch().put(bytes(key), bytes(value)));
    }

    protected final void write(WriteBatch batch) {
        engine().write(batch, engine().appliedIndex() + 1);
    }

    /// Puts the keys 0 … count−1 with their own text as value.
    protected final void fill(int count) {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < count; i++) {
            batch.put(number(i), number(i));
            if (batch.size() == 1_000 || i == count - 1) {
                write(batch);
                batch.clear();
            }
        }
    }

    protected static @Nullable String text(byte @Nullable [] value) {
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    protected static List<String> keys(ReadView view, KeyRange range, Direction direction) {
        List<String> keys = new ArrayList<>();
        try (Cursor cursor = view.cursor(range, direction)) {
            while (cursor.next()) {
                keys.add(new String(cursor.key(), StandardCharsets.UTF_8));
            }
        }
        return keys;
    }

    protected final List<String> keys(KeyRange range, Direction direction) {
        try (ReadView view = engine().view()) {
            return keys(view, range, direction);
        }
    }
}
