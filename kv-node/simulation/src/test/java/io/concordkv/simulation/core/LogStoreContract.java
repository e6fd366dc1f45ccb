package io.concordkv.simulation.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.Effect;
import io.concordkv.raft.HardState;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.raft.RecoveredState;
import io.concordkv.simulation.core.LogStore.Reopened;
import io.concordkv.wal.Absence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of a replica's log must do (SPEC RAFT-7). Subclasses say which one. Whatever is checked is
/// checked again after a new start.
abstract class LogStoreContract {
    private static final ReplicaId ME = new ReplicaId(11);
    private static final Configuration CREATED = configuration(11, 12, 13);
    private static final long ALL = Long.MAX_VALUE;

    private LogStore store = new ModelLogStore(CREATED);
    private long persistId;

    abstract LogStore create(ReplicaId replica, Configuration configuration) throws IOException;

    @BeforeEach
    void open() throws IOException {
        store = create(ME, CREATED);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static Configuration configuration(int... replicas) {
        return Configuration.of(IntStream.of(replicas)
                .mapToObj(id -> new Member(new ReplicaId(id), new NodeId(id), MemberRole.VOTER))
                .toList());
    }

    private static LogEntry entry(long term, long index) {
        byte[] payload = new byte[20 + (int) (index % 100)];
        new SplittableRandom(term * 1_000_003 + index).nextBytes(payload);
        return new LogEntry(term, index, EntryKind.COMMAND, payload);
    }

    private static LogEntry entry(long term, long index, Configuration configuration) {
        return new LogEntry(term, index, EntryKind.CONFIGURATION, ConfigurationCodec.encode(configuration));
    }

    private static List<LogEntry> entries(long term, long first, long last) {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = first; index <= last; index++) {
            entries.add(entry(term, index));
        }
        return entries;
    }

    private void step(@Nullable HardState hard, long truncateAfter, List<LogEntry> entries) throws IOException {
        store.persist(new Effect.Persist(++persistId, hard, truncateAfter, entries));
    }

    private void append(List<LogEntry> entries) throws IOException {
        step(null, -1, entries);
    }

    private interface Check {
        void check(RecoveredState state) throws IOException;
    }

    /// What is there now is there after each of two starts.
    private void holds(Check check) throws IOException {
        assertThat(store.sync()).isEqualTo(persistId);
        for (int start = 0; start < 2; start++) {
            check.check(store.reopen().state());
        }
    }

    private void readsExactly(List<LogEntry> expected) throws IOException {
        List<LogEntry> found =
                store.read(expected.getFirst().index(), expected.getLast().index(), ALL);
        assertThat(render(found)).isEqualTo(render(expected));
        for (LogEntry entry : expected) {
            assertThat(store.absence(entry.index())).isEmpty();
        }
    }

    private static List<String> render(List<LogEntry> entries) {
        return entries.stream()
                .map(entry -> entry + " " + Arrays.hashCode(entry.payload()))
                .toList();
    }

    @Test
    void aNewGroupIsEmptyAndHasTheMembersOfItsCreation() throws IOException {
        holds(state -> {
            assertThat(state.term()).isZero();
            assertThat(state.votedFor()).isEqualTo(ReplicaId.NONE);
            assertThat(state.commit()).isZero();
            assertThat(state.compacted()).isEqualTo(LogPosition.BEFORE_FIRST);
            assertThat(state.lastIndex()).isZero();
            assertThat(state.termStarts()).isEmpty();
            assertThat(state.configuration()).isEqualTo(CREATED);
            assertThat(state.configurationIndex()).isZero();
            assertThat(state.configurationEntries()).isEmpty();
            assertThat(store.read(1, 10, ALL)).isEmpty();
            assertThat(store.absence(1)).contains(Absence.UNAVAILABLE);
        });
        assertThat(store.reopen().snapshotId()).isEmpty();
    }

    @Test
    void whatWasAppendedIsReadWithItsTerms() throws IOException {
        append(entries(1, 1, 5));
        append(entries(3, 6, 6));
        append(entries(3, 7, 12));
        holds(state -> {
            assertThat(state.lastIndex()).isEqualTo(12);
            assertThat(state.termStarts()).containsExactly(new LogPosition(1, 1), new LogPosition(3, 6));
            readsExactly(entries(1, 1, 5));
            readsExactly(entries(3, 6, 12));
            assertThat(store.read(4, 8, ALL)).extracting(LogEntry::term).containsExactly(1L, 1L, 3L, 3L, 3L);
        });
    }

    @Test
    void aReadStopsAtItsBytesButNotBeforeTheFirstEntry() throws IOException {
        append(entries(1, 1, 50));
        holds(state -> {
            assertThat(store.read(3, 50, 1)).hasSize(1);
            long two = entry(1, 3).bytes() + entry(1, 4).bytes();
            assertThat(store.read(3, 50, two)).hasSize(2);
            assertThat(store.read(3, 50, two + 1)).hasSize(3);
            assertThat(store.read(50, 99, ALL)).hasSize(1);
        });
    }

    @Test
    void whatIsNotThereYetIsUnavailable() throws IOException {
        append(entries(1, 1, 5));
        store.sync();
        append(entries(1, 6, 7));
        assertThat(store.absence(8)).contains(Absence.UNAVAILABLE);
        holds(state -> {
            readsExactly(entries(1, 1, 7));
            assertThat(store.read(8, 9, ALL)).isEmpty();
            assertThat(store.absence(8)).contains(Absence.UNAVAILABLE);
            assertThat(store.absence(ALL)).contains(Absence.UNAVAILABLE);
        });
    }

    @Test
    void aTruncatedTailIsReplacedInTheSameStep() throws IOException {
        append(entries(1, 1, 10));
        step(new HardState(4, ReplicaId.NONE, 3), 6, entries(4, 7, 8));
        holds(state -> {
            assertThat(state.lastIndex()).isEqualTo(8);
            assertThat(state.termStarts()).containsExactly(new LogPosition(1, 1), new LogPosition(4, 7));
            readsExactly(entries(1, 1, 6));
            readsExactly(entries(4, 7, 8));
            assertThat(store.absence(9)).contains(Absence.UNAVAILABLE);
        });
        step(null, 7, List.of());
        holds(state -> {
            assertThat(state.lastIndex()).isEqualTo(7);
            assertThat(store.absence(8)).contains(Absence.UNAVAILABLE);
        });
    }

    @Test
    void theLastHardStateCounts() throws IOException {
        step(new HardState(2, new ReplicaId(12), 0), -1, List.of());
        step(new HardState(2, new ReplicaId(12), 3), -1, entries(2, 1, 5));
        append(entries(2, 6, 6));
        holds(state -> {
            assertThat(state.term()).isEqualTo(2);
            assertThat(state.votedFor()).isEqualTo(new ReplicaId(12));
            assertThat(state.commit()).isEqualTo(3);
        });
        step(new HardState(5, ReplicaId.NONE, 4), -1, List.of());
        holds(state -> {
            assertThat(state.term()).isEqualTo(5);
            assertThat(state.votedFor()).isEqualTo(ReplicaId.NONE);
            assertThat(state.commit()).isEqualTo(4);
            assertThat(state.lastIndex()).isEqualTo(6);
        });
    }

    @Test
    void membershipFollowsTheLogUpAndDown() throws IOException {
        Configuration four = configuration(11, 12, 13, 14);
        Configuration other = configuration(11, 12, 14);
        append(entries(1, 1, 2));
        append(List.of(entry(1, 3, four), entry(1, 4), entry(1, 5, other)));
        holds(state -> {
            assertThat(state.configuration()).isEqualTo(CREATED);
            assertThat(members(state)).containsExactly("3 " + four, "5 " + other);
        });
        step(null, 4, List.of());
        holds(state -> assertThat(members(state)).containsExactly("3 " + four));
        step(null, 2, entries(2, 3, 3));
        holds(state -> {
            assertThat(members(state)).isEmpty();
            assertThat(state.configuration()).isEqualTo(CREATED);
        });
    }

    private static List<String> members(RecoveredState state) {
        return state.configurationEntries().stream()
                .map(entry -> entry.index() + " " + ConfigurationCodec.decode(entry.payload()))
                .toList();
    }

    @Test
    void aSnapshotOfItsOwnKeepsTheLogAboveIt() throws IOException {
        Configuration four = configuration(11, 12, 13, 14);
        Configuration other = configuration(11, 12, 14);
        append(entries(1, 1, 4));
        append(List.of(entry(2, 5, four)));
        append(entries(2, 6, 8));
        append(List.of(entry(3, 9, other)));
        step(new HardState(3, ME, 8), -1, entries(3, 10, 12));
        store.snapshot("7-1", new LogPosition(2, 7), new ConfigurationAt(5, four), false);
        holds(state -> {
            assertThat(state.compacted()).isEqualTo(new LogPosition(2, 7));
            assertThat(state.configuration()).isEqualTo(four);
            assertThat(state.configurationIndex()).isEqualTo(5);
            assertThat(members(state)).containsExactly("9 " + other);
            assertThat(state.termStarts()).containsExactly(new LogPosition(2, 8), new LogPosition(3, 9));
            assertThat(state.lastIndex()).isEqualTo(12);
            readsExactly(entries(2, 8, 8));
            readsExactly(entries(3, 10, 12));
            for (long gone : List.of(1L, 6L, 7L)) {
                assertThat(store.read(gone, 12, ALL)).isEmpty();
                assertThat(store.absence(gone)).contains(Absence.COMPACTED);
            }
        });
        assertThat(store.reopen().snapshotId()).contains("7-1");
        append(entries(3, 13, 14));
        store.snapshot("14-1", new LogPosition(3, 14), new ConfigurationAt(9, other), false);
        holds(state -> {
            assertThat(state.lastIndex()).isEqualTo(14);
            assertThat(state.compacted()).isEqualTo(new LogPosition(3, 14));
            assertThat(state.configuration()).isEqualTo(other);
            assertThat(state.termStarts()).isEmpty();
            assertThat(store.absence(14)).contains(Absence.COMPACTED);
            assertThat(store.absence(15)).contains(Absence.UNAVAILABLE);
        });
        append(entries(4, 15, 15));
        holds(state -> readsExactly(entries(4, 15, 15)));
    }

    @Test
    void aSnapshotOfAnotherReplicaReplacesTheLog() throws IOException {
        Configuration other = configuration(11, 12, 14);
        append(List.of(entry(1, 1), entry(1, 2, configuration(11, 12)), entry(1, 3)));
        store.snapshot("40-5", new LogPosition(5, 40), new ConfigurationAt(33, other), true);
        holds(state -> {
            assertThat(state.compacted()).isEqualTo(new LogPosition(5, 40));
            assertThat(state.lastIndex()).isEqualTo(40);
            assertThat(state.configuration()).isEqualTo(other);
            assertThat(state.configurationIndex()).isEqualTo(33);
            assertThat(members(state)).isEmpty();
            assertThat(store.absence(3)).contains(Absence.COMPACTED);
            assertThat(store.absence(41)).contains(Absence.UNAVAILABLE);
        });
        assertThat(store.reopen().snapshotId()).contains("40-5");
        append(entries(6, 41, 43));
        // One that was taken before and came late changes nothing.
        store.snapshot("30-4", new LogPosition(4, 30), new ConfigurationAt(0, CREATED), true);
        holds(state -> {
            assertThat(state.compacted()).isEqualTo(new LogPosition(5, 40));
            readsExactly(entries(6, 41, 43));
        });
        assertThat(store.reopen().snapshotId()).contains("40-5");
    }

    /// Entries, hard state and membership of one step are there together or not at all, those of every step that
    /// was synced are there, and nothing is there of a step whose predecessor is not.
    @Test
    void aCrashLeavesWholeSteps() throws IOException {
        int lost = 0;
        int kept = 0;
        for (int seed = 0; seed < 150; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            store.close();
            store = create(ME, CREATED);
            persistId = 0;
            List<String> allowed = new ArrayList<>();
            ModelLogStore model = new ModelLogStore(CREATED);
            allowed.add(render(model, model.reopen()));
            for (int i = 0; i < 30; i++) {
                Effect.Persist next = randomStep(random, model);
                store.persist(next);
                model.persist(next);
                allowed.add(render(model, model.reopen()));
                if (random.nextInt(4) == 0) {
                    assertThat(store.sync()).isEqualTo(persistId);
                    allowed.subList(0, allowed.size() - 1).clear();
                }
            }
            store.crash(random);
            String found = render(store, store.reopen());
            assertThat(allowed).describedAs("seed %d", seed).contains(found);
            boolean all = found.equals(allowed.getLast());
            kept += all ? 1 : 0;
            lost += all ? 0 : 1;
            assertThat(render(store, store.reopen())).isEqualTo(found);
        }
        // Seeds that lose nothing, or everything, would prove nothing.
        assertThat(lost).isGreaterThan(10);
        assertThat(kept).isGreaterThan(10);
    }

    private Effect.Persist randomStep(SplittableRandom random, ModelLogStore model) {
        RecoveredState now = model.reopen().state();
        long last = now.lastIndex();
        long term = now.term() + (random.nextInt(5) == 0 ? 1 : 0);
        long truncateAfter = random.nextInt(5) == 0 ? random.nextLong(last + 1) : -1;
        long kept = truncateAfter >= 0 ? truncateAfter : last;
        long entryTerm = Math.max(1, term);
        List<LogEntry> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            kept++;
            entries.add(
                    random.nextInt(6) == 0
                            ? entry(entryTerm, kept, configuration(11, 20 + random.nextInt(50)))
                            : entry(entryTerm, kept));
        }
        HardState hard = new HardState(entryTerm, new ReplicaId(random.nextInt(3)), Math.min(now.commit() + 1, kept));
        return new Effect.Persist(++persistId, hard, truncateAfter, entries);
    }

    private static String render(LogStore store, Reopened found) throws IOException {
        RecoveredState state = found.state();
        return "term " + state.term() + " vote " + state.votedFor() + " commit " + state.commit() + " compacted "
                + state.compacted() + " " + state.configuration() + " of " + state.configurationIndex() + " terms "
                + state.termStarts() + " last " + state.lastIndex() + " members " + members(state) + " "
                + render(store.read(state.compacted().index() + 1, state.lastIndex(), ALL));
    }
}
