package io.concordkv.simulation;

import io.concordkv.base.Flaw;
import io.concordkv.simulation.core.CoreSimulation;
import io.concordkv.simulation.world.WorldOptions;
import io.concordkv.simulation.world.WorldSimulation;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Puts every known bug back, one at a time, and runs seeds until one of them shows it. The seeds that did are stored
/// beside this class, so that a later build need not search again.
public final class KnownBugs {
    private static final long CORE_SEEDS = 100_000;
    private static final long WORLD_SEEDS = 2_000;
    private static final String STORED = "known-bugs.txt";

    private KnownBugs() {}

    /// What a bug came to.
    ///
    /// @param world   which simulation showed it: `core` or `world`
    /// @param seed    the first seed that shows it; −1 when none did
    /// @param finding what was found
    /// @param seconds how long the search took
    public record Catch(Flaw flaw, String world, long seed, String finding, double seconds) {
        public boolean isCaught() {
            return seed >= 0;
        }
    }

    static int run(PrintWriter out) {
        out.println("| known bug | caught by | seed | seconds | as |");
        out.println("|---|---|--:|--:|---|");
        int caught = 0;
        for (Flaw flaw : Flaw.values()) {
            Catch result = hunt(flaw);
            caught += result.isCaught() ? 1 : 0;
            String how = result.finding.lines().findFirst().orElse("");
            out.printf(
                    "| %s | %s | %d | %.1f | %s |%n",
                    flaw, result.isCaught() ? result.world : "NOT CAUGHT", result.seed, result.seconds, how);
            out.flush();
        }
        out.printf("caught %d of %d%n", caught, Flaw.values().length);
        out.flush();
        return caught == Flaw.values().length ? 0 : 1;
    }

    /// Looks for the first seed that shows the flaw, where such a flaw shows.
    public static Catch hunt(Flaw flaw) {
        long seeds = isOfTheCore(flaw) ? CORE_SEEDS : WORLD_SEEDS;
        return hunt(flaw, 1, seeds);
    }

    /// Looks for it in these seeds, both included.
    public static Catch hunt(Flaw flaw, long from, long to) {
        long started = System.nanoTime();
        String where = isOfTheCore(flaw) ? "core" : "world";
        Catch[] result = {new Catch(flaw, where, -1, "", 0)};
        flaw.runWith(() -> {
            for (long seed = from; seed <= to && !result[0].isCaught(); seed++) {
                long each = seed;
                Optional<String> finding = isOfTheCore(flaw) ? core(seed) : world(flaw, seed);
                finding.ifPresent(
                        it -> result[0] = new Catch(flaw, where, each, it, (System.nanoTime() - started) / 1e9));
            }
        });
        return result[0];
    }

    /// The seed that showed each bug when the search was last run.
    public static Map<Flaw, Long> stored() {
        Map<Flaw, Long> seeds = new EnumMap<>(Flaw.class);
        try (InputStream in = KnownBugs.class.getResourceAsStream(STORED)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + STORED + " beside " + KnownBugs.class);
            }
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String[] words = line.split(" +");
                seeds.put(Flaw.valueOf(words[0]), Long.parseLong(words[1]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seeds;
    }

    private static Optional<String> core(long seed) {
        return Optional.ofNullable(CoreSimulation.run(seed)).map(String::valueOf);
    }

    private static Optional<String> world(Flaw flaw, long seed) {
        WorldOptions options = harder(flaw).apply(WorldOptions.of(seed));
        WorldSimulation.Outcome outcome = WorldSimulation.run(seed, options);
        return Optional.ofNullable(outcome.finding()).map(it -> String.valueOf(it.getMessage()));
    }

    /// What goes wrong more often, so that the bug shows sooner.
    private static UnaryOperator<WorldOptions> harder(Flaw flaw) {
        return switch (flaw) {
            case REVISION_REUSED_AFTER_DELETE_AND_SNAPSHOT -> it -> it.crashingEvery(3);
            case RECOVERED_FRAME_ACKED_BEFORE_SYNC, SNAPSHOT_SWITCHED_BEFORE_WAL_RECORD -> it -> it.crashingEvery(0.7);
            case VOLUME_WIPED_NAME_KEPT, REPEATED_BOOTSTRAP_WITH_WIPED_NODE -> it -> it.withDamage(true, false, false);
            case ROTTEN_LAST_FRAME_CUT_AS_TORN, ROTTEN_BLOCK_PASSED_OVER -> it -> it.withDamage(false, true, false);
            case LOST_ACKNOWLEDGEMENT_TRUSTED -> it -> it.withDamage(false, false, true);
            case DIFFERING_STATE_TRUSTED -> WorldOptions::differing;
            default -> it -> it;
        };
    }

    /// Whether the bug lies in the consensus core alone: many more seeds fit into a second there.
    private static boolean isOfTheCore(Flaw flaw) {
        return switch (flaw) {
            case TRUNCATION_LOST_IN_REPLAY,
                    DOUBLE_APPLY_AFTER_RESTART,
                    IDEMPOTENCY_MISSING_IN_SNAPSHOT,
                    REVISION_REUSED_AFTER_DELETE_AND_SNAPSHOT,
                    READ_BEFORE_APPLY,
                    VOLUME_WIPED_NAME_KEPT,
                    REPEATED_BOOTSTRAP_WITH_WIPED_NODE,
                    RECOVERED_FRAME_ACKED_BEFORE_SYNC,
                    ROTTEN_LAST_FRAME_CUT_AS_TORN,
                    SNAPSHOT_SWITCHED_BEFORE_WAL_RECORD,
                    LOST_ACKNOWLEDGEMENT_TRUSTED,
                    HASH_OF_LATER_STATE,
                    DIFFERING_STATE_TRUSTED,
                    ROTTEN_BLOCK_PASSED_OVER,
                    FOLLOWER_READ_BEFORE_APPLY,
                    READ_INDEX_WITHOUT_ROUND,
                    READ_INDEX_DATED_BY_ITS_RECEIPT -> false;
            default -> true;
        };
    }
}
