package io.concordkv.simulation;

import io.concordkv.base.Flaw;
import io.concordkv.simulation.core.CoreSimulation;
import io.concordkv.simulation.world.WorldOptions;
import io.concordkv.simulation.world.WorldSimulation;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;

/// Puts every known bug back, one at a time, and runs seeds until one of them shows it.
public final class KnownBugs {
    private static final long CORE_SEEDS = 20_000;
    private static final long WORLD_SEEDS = 400;

    private KnownBugs() {}

    /// What a bug came to.
    ///
    /// @param seed    the first seed that shows it; −1 when none did
    /// @param finding what was found
    public record Catch(Flaw flaw, long seed, String finding) {
        public boolean isCaught() {
            return seed >= 0;
        }
    }

    static int run(PrintWriter out) {
        out.println("| known bug | caught by | seed | as |");
        out.println("|---|---|--:|---|");
        int caught = 0;
        for (Flaw flaw : Flaw.values()) {
            Catch result = hunt(flaw);
            caught += result.isCaught() ? 1 : 0;
            String how = result.finding.lines().findFirst().orElse("");
            out.printf(
                    "| %s | %s | %d | %s |%n", flaw, result.isCaught() ? "simulation" : "NOT CAUGHT", result.seed, how);
            out.flush();
        }
        out.printf("caught %d of %d%n", caught, Flaw.values().length);
        out.flush();
        return caught == Flaw.values().length ? 0 : 1;
    }

    /// Looks for the first seed that shows the flaw, where such a flaw shows.
    public static Catch hunt(Flaw flaw) {
        Catch[] result = {new Catch(flaw, -1, "")};
        flaw.runWith(() -> result[0] = switch (flaw) {
            case VOTE_NOT_DURABLE_BEFORE_ANSWER,
                    ACK_BEFORE_SYNC,
                    OLD_TERM_COMMITTED_BY_COUNTING,
                    STALE_READ_ROUND,
                    NODE_FRAME_TAKEN_AS_READ_ROUND,
                    CONFIGURATION_LOST_IN_COMPACTION ->
                first(
                        flaw,
                        CORE_SEEDS,
                        seed -> Optional.ofNullable(CoreSimulation.run(seed)).map(String::valueOf));
            case TRUNCATION_LOST_IN_REPLAY,
                    DOUBLE_APPLY_AFTER_RESTART,
                    IDEMPOTENCY_MISSING_IN_SNAPSHOT,
                    READ_BEFORE_APPLY -> world(flaw, it -> it);
            case REVISION_REUSED_AFTER_DELETE_AND_SNAPSHOT -> world(flaw, it -> it.crashingEvery(3));
            case RECOVERED_FRAME_ACKED_BEFORE_SYNC, SNAPSHOT_SWITCHED_BEFORE_WAL_RECORD ->
                world(flaw, it -> it.crashingEvery(0.7));
            case VOLUME_WIPED_NAME_KEPT, REPEATED_BOOTSTRAP_WITH_WIPED_NODE ->
                world(flaw, it -> it.withDamage(true, false, false));
            case ROTTEN_LAST_FRAME_CUT_AS_TORN -> world(flaw, it -> it.withDamage(false, true, false));
            case LOST_ACKNOWLEDGEMENT_TRUSTED -> world(flaw, it -> it.withDamage(false, false, true));
        });
        return result[0];
    }

    private static Catch world(Flaw flaw, UnaryOperator<WorldOptions> harder) {
        return first(flaw, WORLD_SEEDS, seed -> {
            WorldSimulation.Outcome outcome = WorldSimulation.run(seed, harder.apply(WorldOptions.of(seed)));
            return Optional.ofNullable(outcome.finding()).map(it -> String.valueOf(it.getMessage()));
        });
    }

    private static Catch first(Flaw flaw, long seeds, LongFunction<Optional<String>> run) {
        for (long seed = 1; seed <= seeds; seed++) {
            Optional<String> finding = run.apply(seed);
            if (finding.isPresent()) {
                return new Catch(flaw, seed, finding.get());
            }
        }
        return new Catch(flaw, -1, "");
    }
}
