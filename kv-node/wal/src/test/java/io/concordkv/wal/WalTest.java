package io.concordkv.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalTest {
    private static final ShardId G1 = new ShardId(1);
    private static final byte[] CONFIGURATION = {1, 2, 3};

    @TempDir
    Path folder;

    private Wal open(FileDisk disk) throws IOException {
        return Wal.open(disk, "wal", WalOptions.small(), new SplittableRandom(1));
    }

    private static List<LogEntry> entries(long term, long first, int count) {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] payload = ("value " + (first + i)).getBytes();
            entries.add(new LogEntry(term, first + i, EntryKind.COMMAND, payload));
        }
        return entries;
    }

    private static void pump(Wal wal) throws IOException {
        while (wal.writeQueued()) {
            wal.syncWritten();
        }
    }

    @Test
    void whatWasSyncedIsThereAfterARestart() throws IOException {
        try (FileDisk disk = FileDisk.open(folder)) {
            LogId logId;
            try (Wal wal = open(disk)) {
                logId = wal.recovery().logId();
                assertThat(wal.recovery().created()).isTrue();
                wal.enqueue(List.of(
                        new WalRecord.GroupCreated(G1, new ReplicaId(7), CONFIGURATION),
                        new WalRecord.HardState(G1, 3, 7, 0),
                        new WalRecord.Entries(G1, entries(3, 1, 10))));
                pump(wal);
                wal.enqueue(List.of(
                        new WalRecord.TruncateSuffix(G1, 8),
                        new WalRecord.Entries(G1, entries(4, 9, 3)),
                        new WalRecord.HardState(G1, 4, 0, 8)));
                long sequence =
                        wal.enqueue(List.of(new WalRecord.CompactPrefix(G1, new LogPosition(3, 2), CONFIGURATION, 0)));
                pump(wal);
                assertThat(wal.durableSequence()).isGreaterThanOrEqualTo(sequence);
                assertThat(wal.read(G1, 3, 11, 1 << 20)).hasSize(9);
            }
            try (Wal wal = Wal.open(disk, "wal", WalOptions.small(), new SplittableRandom(2), logId)) {
                WalRecovery recovery = wal.recovery();
                assertThat(recovery.events()).isEmpty();
                assertThat(recovery.damaged()).isEmpty();
                assertThat(recovery.incarnation()).isEqualTo(2);
                RecoveredGroup group = recovery.groups().get(G1);
                assertThat(group).isNotNull();
                assertThat(group.replica()).isEqualTo(new ReplicaId(7));
                assertThat(group.term()).isEqualTo(4);
                assertThat(group.commit()).isEqualTo(8);
                assertThat(group.compacted()).isEqualTo(new LogPosition(3, 2));
                assertThat(group.lastIndex()).isEqualTo(11);
                assertThat(group.termStarts()).containsExactly(new LogPosition(3, 3), new LogPosition(4, 9));
                assertThat(wal.read(G1, 1, 11, 1 << 20)).isEmpty();
                assertThat(wal.read(G1, 3, 11, 1 << 20))
                        .extracting(LogEntry::term)
                        .containsExactly(3L, 3L, 3L, 3L, 3L, 3L, 4L, 4L, 4L);
            }
            LogId other = new LogId(1, 2);
            assertThatThrownBy(() -> Wal.open(disk, "wal", WalOptions.small(), new SplittableRandom(2), other))
                    .isInstanceOf(WalIdentityException.class)
                    .hasMessageContaining(other.toString());
        }
    }

    @Test
    void rotationKeepsEverything() throws IOException {
        try (FileDisk disk = FileDisk.open(folder)) {
            try (Wal wal = open(disk)) {
                wal.enqueue(List.of(new WalRecord.GroupCreated(G1, new ReplicaId(7), CONFIGURATION)));
                for (int i = 0; i < 200; i++) {
                    wal.enqueue(List.of(new WalRecord.Entries(G1, entries(1, 1 + i * 10, 10))));
                    pump(wal);
                }
                assertThat(wal.read(G1, 1, 2000, Long.MAX_VALUE)).hasSize(2000);
            }
            assertThat(disk.list("wal")).hasSizeGreaterThan(2);
            for (int start = 0; start < 3; start++) {
                try (Wal wal = open(disk)) {
                    assertThat(wal.recovery().events()).isEmpty();
                    assertThat(wal.recovery().damaged()).isEmpty();
                    assertThat(wal.read(G1, 1, 2000, Long.MAX_VALUE)).hasSize(2000);
                }
            }
        }
    }

    @Test
    void anOlderSnapshotDoesNotReplaceANewerOne() throws IOException {
        try (FileDisk disk = FileDisk.open(folder)) {
            try (Wal wal = open(disk)) {
                wal.enqueue(List.of(new WalRecord.GroupCreated(G1, new ReplicaId(7), CONFIGURATION)));
                wal.enqueue(List.of(new WalRecord.Entries(G1, entries(1, 1, 100))));
                wal.enqueue(List.of(snapshot("500-1", new LogPosition(1, 500), true)));
                wal.enqueue(List.of(snapshot("100-1", new LogPosition(1, 100), false)));
                pump(wal);
            }
            for (int start = 0; start < 2; start++) {
                try (Wal wal = open(disk)) {
                    assertThat(wal.recovery().damaged()).isEmpty();
                    RecoveredGroup group = wal.recovery().groups().get(G1);
                    assertThat(group.snapshotId()).contains("500-1");
                    assertThat(group.compacted()).isEqualTo(new LogPosition(1, 500));
                }
            }
        }
    }

    private static WalRecord snapshot(String id, LogPosition position, boolean logReset) {
        return new WalRecord.SnapshotInstalled(G1, id, position, CONFIGURATION, 0, logReset);
    }

    @Test
    void aFourMegabyteEntryFits() throws IOException {
        try (FileDisk disk = FileDisk.open(folder)) {
            byte[] payload = new byte[4 << 20];
            new SplittableRandom(5).nextBytes(payload);
            try (Wal wal = open(disk)) {
                wal.enqueue(List.of(
                        new WalRecord.GroupCreated(G1, new ReplicaId(7), CONFIGURATION),
                        new WalRecord.Entries(G1, List.of(new LogEntry(1, 1, EntryKind.COMMAND, payload)))));
                pump(wal);
            }
            try (Wal wal = open(disk)) {
                assertThat(wal.recovery().damaged()).isEmpty();
                assertThat(wal.read(G1, 1, 1, 1).getFirst().payload()).isEqualTo(payload);
            }
        }
    }
}
