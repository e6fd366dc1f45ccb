package io.concordkv.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Random records, crashes in front of any change of the disk, restarts, also in the middle of a
/// restart: what is recovered is the state after some call, and never before the last acknowledged one.
class WalCrashFuzzTest {
    private static final int SEEDS = Integer.getInteger("wal.seeds", 1500);

    @Test
    void everythingAcknowledgedSurvivesAndNothingIsInvented() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
    }

    static void run(long seed) throws IOException {
        try {
            new Story(seed).run();
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private static final class Story {
        private final SplittableRandom random;
        private final SimulatedDisk disk;
        private final WalOptions options;
        /// States after each call since the last recovery that may still be lost, the first one may not.
        private final List<WalModel> states = new ArrayList<>();
        private final List<Long> sequences = new ArrayList<>();

        Story(long seed) {
            random = new SplittableRandom(seed);
            disk = new SimulatedDisk(random.split());
            options = new WalOptions(32 << 10, random.nextInt(2) * (100L << 10), random.nextInt(3), 0, 0, 64 << 20);
            states.add(new WalModel());
            sequences.add(0L);
        }

        void run() throws IOException {
            int lives = 2 + random.nextInt(6);
            for (int life = 0; life < lives; life++) {
                boolean last = life == lives - 1;
                int changes = last ? Integer.MAX_VALUE : random.nextInt(random.nextInt(10) == 0 ? 400 : 60);
                boolean power = random.nextInt(3) > 0;
                try {
                    live(new CrashingDisk(disk, changes, power), last);
                } catch (CrashingDisk.Died died) {
                    // The next life finds what is left.
                }
            }
        }

        private void live(CrashingDisk crashing, boolean last) throws IOException {
            Wal wal = Wal.open(crashing, "wal", options, random);
            check(wal);
            WalModel model = states.getLast().copy();
            int calls = last ? 10 : 200;
            for (int i = 0; i < calls; i++) {
                enqueue(wal, model);
                if (wal.writeQueued()) {
                    if (random.nextInt(3) == 0) {
                        enqueue(wal, model);
                        wal.encodeAhead();
                    }
                    long durable = wal.syncWritten();
                    while (sequences.size() > 1 && sequences.get(1) <= durable) {
                        sequences.removeFirst();
                        states.removeFirst();
                    }
                }
                if (random.nextInt(3) == 0) {
                    wal.housekeep();
                }
            }
            wal.close();
            disk.crash();
            check(Wal.open(disk, "wal", options, random));
        }

        private void enqueue(Wal wal, WalModel model) {
            int burst = 1 + random.nextInt(4);
            for (int j = 0; j < burst; j++) {
                sequences.add(wal.enqueue(model.next(random)));
                states.add(model.copy());
            }
        }

        private void check(Wal wal) throws IOException {
            assertThat(wal.recovery().damaged()).isEmpty();
            String found = WalModel.render(wal);
            int at = 0;
            while (at < states.size() && !states.get(at).render().equals(found)) {
                at++;
            }
            if (at == states.size()) {
                assertThat(found)
                        .describedAs(
                                "state after one of the last %d calls; events %s",
                                at, wal.recovery().events())
                        .isEqualTo(states.getFirst().render());
            }
            WalModel now = states.get(at);
            states.clear();
            states.add(now);
            sequences.clear();
            sequences.add(wal.durableSequence());
        }
    }
}
