package io.concordkv.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.wal.Runs.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RunsTest {
    /// The obvious way: a list.
    private static final class Model {
        private final List<Run> runs = new ArrayList<>();

        void truncate(long lastKept) {
            runs.removeIf(run -> run.first() > lastKept);
            runs.replaceAll(run -> run.last() <= lastKept
                    ? run
                    : new Run(
                            run.first(),
                            (int) (lastKept - run.first() + 1),
                            run.segment(),
                            run.position(),
                            run.bytes()));
        }

        void compact(long index) {
            runs.removeIf(run -> run.last() <= index);
        }

        boolean holds(long index) {
            return runs.stream().anyMatch(run -> run.first() <= index && index <= run.last());
        }
    }

    @Test
    void theyAreAListOfRuns() {
        for (int seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Runs runs = new Runs();
            Model model = new Model();
            int segment = 1;
            int position = 0;
            long floor = 0;
            int oneIn = random.nextInt(2) == 0 ? 40 : 1000;
            for (int i = 0; i < 2000; i++) {
                long last = model.runs.isEmpty() ? floor : model.runs.getLast().last();
                switch (random.nextInt(oneIn)) {
                    case 0 -> {
                        long kept = floor + random.nextLong(last - floor + 1);
                        runs.truncate(kept);
                        model.truncate(kept);
                    }
                    case 1 -> {
                        floor += random.nextLong(last - floor + 1);
                        runs.compact(floor);
                        model.compact(floor);
                    }
                    case 2 -> segment++;
                    default -> {
                        long hole = random.nextInt(50) == 0 ? random.nextInt(3) : 0;
                        int bytes = 20 + random.nextInt(1000);
                        Run run = new Run(last + 1 + hole, 1 + random.nextInt(4), segment, position, bytes);
                        position += bytes;
                        runs.add(run);
                        model.runs.add(run);
                    }
                }
                if (i % 50 == 0) {
                    check(runs, model, floor, random);
                }
            }
            runs.clear();
            assertThat(runs.isEmpty()).isTrue();
            assertThat(runs.bytes()).isZero();
        }
    }

    private static void check(Runs runs, Model model, long floor, SplittableRandom random) {
        assertThat(runs.isEmpty()).isEqualTo(model.runs.isEmpty());
        assertThat(runs.bytes())
                .isEqualTo(model.runs.stream().mapToLong(Run::bytes).sum());
        assertThat(runs.oldestSegment())
                .isEqualTo(
                        model.runs.isEmpty()
                                ? Integer.MAX_VALUE
                                : model.runs.getFirst().segment());
        for (Run run : model.runs) {
            assertThat(runs.holding(run.first())).isEqualTo(run);
            assertThat(runs.holding(run.last())).isEqualTo(run);
        }
        long last = model.runs.isEmpty() ? floor : model.runs.getLast().last();
        assertThat(runs.holding(last + 1)).isNull();
        long from = 1 + floor + random.nextLong(last - floor + 1);
        long missing = LongStream.rangeClosed(from, last)
                .filter(index -> !model.holds(index))
                .findFirst()
                .orElse(-1);
        assertThat(runs.firstMissing(from, last)).isEqualTo(missing);
        assertThat(runs.firstMissing(from, last + 1)).isEqualTo(missing < 0 ? last + 1 : missing);
    }
}
