package io.concordkv.wal;

import static io.concordkv.wal.LogFixture.G1;
import static io.concordkv.wal.LogFixture.G2;
import static io.concordkv.wal.LogFixture.disk;
import static io.concordkv.wal.LogFixture.durably;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ByteReader;
import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Format version 1, byte by byte. What is written today must be these bytes, and these bytes must be
/// understood for ever. When one of these fails, what was written lies in `target/golden`.
class GoldenTest {
    private static final ShardId G3 = new ShardId(300);

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<WalRecord> first() {
        return List.of(
                new WalRecord.GroupCreated(G1, new ReplicaId(11), text("configuration one")),
                new WalRecord.HardState(G1, 3, 11, 2),
                new WalRecord.Entries(
                        G1,
                        List.of(
                                new LogEntry(1, 1, EntryKind.NOOP, new byte[0]),
                                new LogEntry(1, 2, EntryKind.COMMAND, text("put a 1")),
                                new LogEntry(3, 3, EntryKind.CONFIGURATION, text("configuration two")),
                                new LogEntry(3, 4, EntryKind.COMMAND, text("x".repeat(5000))))),
                new WalRecord.GroupCreated(G2, new ReplicaId(12), text("other")),
                new WalRecord.GroupCreated(G3, new ReplicaId(13), text("third")));
    }

    private static List<WalRecord> second() {
        return List.of(
                new WalRecord.TruncateSuffix(G1, 3),
                new WalRecord.CompactPrefix(G1, new LogPosition(1, 2), text("configuration one"), 0),
                new WalRecord.SnapshotInstalled(
                        G2, "snapshot-7", new LogPosition(5, 100), text("configuration 90"), 90, true),
                new WalRecord.GroupDestroyed(G3, new ReplicaId(14)),
                new WalRecord.GroupDamaged(G2, "for the test"),
                new WalRecord.PeerSeen(new NodeId(2), new VolumeId(0x0102030405060708L, 9), 4, 1234));
    }

    private static SimulatedDisk written() throws IOException {
        SimulatedDisk disk = disk(1);
        try (Wal wal = Wal.open(disk, "wal", WalOptions.small(), new SplittableRandom(42))) {
            durably(wal, first().toArray(WalRecord[]::new));
            durably(wal, second().toArray(WalRecord[]::new));
        }
        return disk;
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream(name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    private static void compare(String name, byte[] actual) throws IOException {
        Path copy = Path.of("target", "golden", name);
        Files.createDirectories(copy.getParent());
        Files.write(copy, actual);
        assertThat(Arrays.mismatch(actual, golden(name)))
                .describedAs("first byte of %s that differs", name)
                .isEqualTo(-1);
    }

    @Test
    void recordsAreTheseBytes() throws IOException {
        List<String> lines = new ArrayList<>();
        List<WalRecord> records = new ArrayList<>(first());
        records.addAll(second());
        for (WalRecord record : records) {
            if (!(record instanceof WalRecord.Entries)) {
                byte[] fields = RecordCodec.fields(record);
                String name = record.getClass().getSimpleName();
                lines.add(name + " " + RecordCodec.type(record) + " "
                        + HexFormat.of().formatHex(fields));
                ByteReader in = new ByteReader(fields);
                assertThat(RecordCodec.fields(RecordCodec.read(RecordCodec.type(record), in)))
                        .isEqualTo(fields);
                in.expectEnd();
            }
        }
        byte[] actual = text(String.join("\n", lines) + "\n");
        compare("records-v1.txt", actual);
    }

    /// A kind added to the code needs golden bytes of its own, in files of the next version.
    @Test
    void everyKindOfRecordHasGoldenBytes() {
        List<WalRecord> records = new ArrayList<>(first());
        records.addAll(second());
        for (Class<?> kind : WalRecord.class.getPermittedSubclasses()) {
            assertThat(records)
                    .as("records of kind %s: it has no golden bytes, in no version", kind.getSimpleName())
                    .anyMatch(kind::isInstance);
        }
    }

    @Test
    void aSegmentIsTheseBytes() throws IOException {
        SimulatedDisk disk = written();
        try (DiskFile file = disk.open("wal/segment-00000001")) {
            byte[] actual = new byte[(int) file.size()];
            file.read(ByteBuffer.wrap(actual), 0);
            // Behind the last block lies room for more: zeros.
            int end = actual.length;
            while (end > 0 && actual[end - 1] == 0) {
                end--;
            }
            compare("segment-v1.bin", Arrays.copyOf(actual, Block.BYTES * Math.ceilDiv(end, Block.BYTES)));
        }
    }

    @Test
    void theseBytesAreUnderstood() throws IOException {
        SimulatedDisk disk = disk(2);
        disk.createDirectories("wal");
        try (DiskFile file = disk.create("wal/segment-00000001")) {
            file.write(ByteBuffer.wrap(golden("segment-v1.bin")), 0);
        }
        try (Wal wal = Wal.open(disk, "wal", WalOptions.small(), new SplittableRandom(1))) {
            WalRecovery recovery = wal.recovery();
            assertThat(recovery.events()).isEmpty();
            assertThat(recovery.incarnation()).isEqualTo(2);
            RecoveredGroup group = recovery.groups().get(G1);
            assertThat(group.replica()).isEqualTo(new ReplicaId(11));
            assertThat(group.term()).isEqualTo(3);
            assertThat(group.compacted()).isEqualTo(new LogPosition(1, 2));
            assertThat(group.lastIndex()).isEqualTo(3);
            assertThat(group.termStarts()).containsExactly(new LogPosition(3, 3));
            assertThat(group.configurationEntries().getFirst().payload()).isEqualTo(text("configuration two"));
            assertThat(recovery.damaged()).containsEntry(G2, "for the test");
            assertThat(recovery.tombstones()).containsEntry(G3, new ReplicaId(14));
            assertThat(recovery.peers()).containsEntry(new NodeId(2), (WalRecord.PeerSeen) second().getLast());
        }
    }
}
