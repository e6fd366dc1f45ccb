package io.concordkv.server.data;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// How many calls were answered and how long they took, by operation and outcome.
public final class CallFigures {
    /// What a call asks for.
    public enum Operation {
        PUT,
        GET,
        DELETE,
        LIST,
        DELETE_RANGE,
        BATCH,
        TRANSACTION,
        TOPOLOGY,
        OTHER
    }

    /// How it ended.
    public enum Outcome {
        OK,
        REFUSED,
        FAILED
    }

    /// Figures of one operation and outcome.
    public static final class Cell {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        public long count() {
            return count.sum();
        }

        public double seconds() {
            return nanos.sum() / 1e9;
        }
    }

    /// Counts one kind of operation.
    final class Timer {
        private final Map<Outcome, Cell> cells;

        Timer(Map<Outcome, Cell> cells) {
            this.cells = cells;
        }

        void answered(int status, long nanos) {
            Outcome outcome = status < 400 ? Outcome.OK : status < 500 ? Outcome.REFUSED : Outcome.FAILED;
            Cell cell = cells.get(outcome);
            if (cell != null) {
                cell.count.increment();
                cell.nanos.add(nanos);
            }
        }
    }

    private final Map<Operation, Map<Outcome, Cell>> cells = new EnumMap<>(Operation.class);
    private final Map<Operation, Timer> timers = new EnumMap<>(Operation.class);

    CallFigures() {
        for (Operation operation : Operation.values()) {
            Map<Outcome, Cell> byOutcome = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                byOutcome.put(outcome, new Cell());
            }
            cells.put(operation, byOutcome);
            timers.put(operation, new Timer(byOutcome));
        }
    }

    Timer timer(Operation operation) {
        return java.util.Objects.requireNonNull(timers.get(operation));
    }

    public Map<Operation, Map<Outcome, Cell>> cells() {
        return cells;
    }
}
