package io.concordkv.wal;

import static io.concordkv.wal.LogFixture.G1;
import static io.concordkv.wal.LogFixture.G2;
import static io.concordkv.wal.LogFixture.append;
import static io.concordkv.wal.LogFixture.create;
import static io.concordkv.wal.LogFixture.disk;
import static io.concordkv.wal.LogFixture.durably;
import static io.concordkv.wal.LogFixture.open;
import static io.concordkv.wal.LogFixture.segments;
import static io.concordkv.wal.LogFixture.size;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The last frame, not synced, in every state that a crash can leave it in.
class WalTornTest {
    private static final int LAST_ENTRIES = 8;

    /// A log whose last frame was written and never synced.
    private record Unsynced(SimulatedDisk disk, String segment, int frameAt, byte[] frame) {
        static Unsynced of(int entryBytes) throws IOException {
            SimulatedDisk disk = LogFixture.disk(1);
            Wal wal = open(disk);
            durably(wal, create(G1), create(G2), append(G1, 1, 1, 5, 100), append(G2, 1, 1, 5, 100));
            String segment = segments(disk).getLast();
            int at = (int) size(disk, segment);
            wal.enqueue(List.of(append(G1, 1, 6, LAST_ENTRIES, entryBytes)));
            assertThat(wal.writeQueued()).isTrue();
            byte[] frame = new byte[(int) size(disk, segment) - at];
            try (DiskFile file = disk.open(segment)) {
                file.read(ByteBuffer.wrap(frame), at);
            }
            disk.killProcess();
            return new Unsynced(disk, segment, at, frame);
        }

        /// The same disk with other bytes in place of the frame.
        SimulatedDisk with(byte[] bytes, long seed) throws IOException {
            SimulatedDisk copy = disk.copy(new SplittableRandom(seed));
            try (DiskFile file = copy.open(segment)) {
                file.write(ByteBuffer.wrap(bytes), frameAt);
                file.sync();
            }
            return copy;
        }

        SimulatedDisk cutAt(int length) throws IOException {
            SimulatedDisk copy = disk.copy(new SplittableRandom(length));
            try (DiskFile file = copy.open(segment)) {
                file.truncate(frameAt + length);
                file.sync();
            }
            return copy;
        }
    }

    /// @return last index of G1, 0 when it is damaged
    private static long outcome(SimulatedDisk disk) throws IOException {
        try (Wal wal = open(disk)) {
            assertThat(wal.read(G2, 1, 5, Long.MAX_VALUE)).hasSize(5);
            RecoveredGroup group = wal.recovery().groups().get(G1);
            if (group == null) {
                assertThat(wal.recovery().damaged()).containsKey(G1);
                return 0;
            }
            List<LogEntry> entries = wal.read(G1, 1, 100, Long.MAX_VALUE);
            assertThat(entries).hasSize((int) group.lastIndex());
            return group.lastIndex();
        }
    }

    @Test
    void withAnyBlocksMissingItIsCutAndLogged() throws IOException {
        Unsynced log = Unsynced.of(2500);
        int blocks = log.frame.length / Block.BYTES;
        assertThat(blocks).isBetween(5, 7);
        for (int mask = 0; mask < (1 << blocks) - 1; mask++) {
            byte[] bytes = new byte[log.frame.length];
            for (int i = 0; i < blocks; i++) {
                if ((mask & 1 << i) != 0) {
                    System.arraycopy(log.frame, i * Block.BYTES, bytes, i * Block.BYTES, Block.BYTES);
                }
            }
            SimulatedDisk torn = log.with(bytes, mask);
            assertThat(outcome(torn.copy(new SplittableRandom(1))))
                    .describedAs("blocks %s", mask)
                    .isEqualTo(5);
            try (Wal wal = open(torn)) {
                if (mask != 0) {
                    assertThat(wal.recovery().events())
                            .hasSize(1)
                            .first()
                            .asString()
                            .contains("torn", log.segment);
                } else {
                    assertThat(wal.recovery().events()).isEmpty();
                }
            }
            // What was cut stays cut, and is no rot, although later frames are durable.
            try (Wal wal = open(torn)) {
                assertThat(wal.recovery().events()).isEmpty();
                durably(wal, append(G1, 2, 6, 1, 100));
            }
            assertThat(outcome(torn)).isEqualTo(6);
        }
        assertThat(outcome(log.with(log.frame, 7))).isEqualTo(5 + LAST_ENTRIES);
    }

    @Test
    void withAnOldUseBelowTheMissingBlocksItIsCutToo() throws IOException {
        Unsynced log = Unsynced.of(2500);
        byte[] bytes = log.frame.clone();
        // A whole block of another use of the file, as in a segment made from a reserve.
        ByteBuffer old = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        Block.seal(old, Block.BYTES, 12345, 99, 0, 1, new java.util.zip.CRC32C());
        assertThat(outcome(log.with(bytes, 1))).isEqualTo(5);
    }

    @Test
    void cutAtAnyByteItIsWholeOrCutOrCalledDamaged() throws IOException {
        for (int entryBytes : new int[] {100, 2500}) {
            Unsynced log = Unsynced.of(entryBytes);
            for (int length = 0; length <= log.frame.length; length++) {
                long last = outcome(log.cutAt(length));
                boolean firstBlockWhole = length >= Block.BYTES;
                boolean lastBlockMissing = length <= log.frame.length - Block.BYTES;
                if (length == 0 || (firstBlockWhole && lastBlockMissing)) {
                    assertThat(last).describedAs("%s bytes", length).isEqualTo(5);
                } else if (isZero(log.frame, length)) {
                    assertThat(last).describedAs("%s bytes", length).isEqualTo(5 + LAST_ENTRIES);
                } else {
                    // The device tore inside 4 KiB: never taken for whole, dropped only if a block is missing.
                    assertThat(last).describedAs("%s bytes", length).isIn(0L, lastBlockMissing ? 5L : 0L);
                }
            }
        }
    }

    /// Whether nothing but the padding at the frame's end is missing.
    private static boolean isZero(byte[] frame, int from) {
        return IntStream.range(from, frame.length).allMatch(at -> frame[at] == 0);
    }

    @Test
    void sectorsTornAtRandomAreNeverTakenForWhole() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Unsynced log = Unsynced.of(seed % 2 == 0 ? 100 : 2500);
            SimulatedDisk torn = log.disk.copy(new SplittableRandom(seed));
            torn.setTearSectors(true);
            torn.crash();
            assertThat(outcome(torn)).isIn(0L, 5L, 5L + LAST_ENTRIES);
        }
    }

    @Test
    void whatWasSeenOnceIsDurableBeforeItIsUsed() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = Unsynced.of(2500).disk.copy(new SplittableRandom(seed));
            // The process died, the machine lives: the frame is whole in the page cache only.
            try (Wal wal = open(disk)) {
                assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(5 + LAST_ENTRIES);
            }
            disk.crash();
            assertThat(outcome(disk)).isEqualTo(5 + LAST_ENTRIES);
        }
    }

    @Test
    void usingItBeforeItsSyncWouldLoseIt() {
        Flaw.RECOVERED_FRAME_ACKED_BEFORE_SYNC.runWith(() -> {
            int lost = 0;
            try {
                for (int seed = 0; seed < 50; seed++) {
                    SimulatedDisk disk = Unsynced.of(2500).disk.copy(new SplittableRandom(seed));
                    open(disk).close();
                    disk.crash();
                    lost += outcome(disk) == 5 ? 1 : 0;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(lost).isGreaterThan(10);
        });
    }

    @Test
    void aFailedSyncCutsWhatWasNeverAcknowledged() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            SimulatedDisk disk = disk(seed);
            Wal wal = open(disk);
            durably(wal, create(G1), create(G2), append(G1, 1, 1, 5, 100), append(G2, 1, 1, 5, 100));
            wal.enqueue(List.of(append(G1, 1, 6, LAST_ENTRIES, 2500)));
            assertThat(wal.writeQueued()).isTrue();
            disk.failSyncs(1);
            assertThatThrownBy(wal::syncWritten)
                    .isInstanceOf(WalFailedException.class)
                    .hasMessageContaining("segment-")
                    .hasMessageContaining("the process must end");
            assertThatThrownBy(() -> wal.enqueue(List.of(append(G1, 1, 14, 1, 1))))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(disk.exists("wal/failed-sync")).isTrue();
            if (seed % 2 == 0) {
                disk.crash();
            } else {
                disk.killProcess();
            }
            try (Wal next = open(disk)) {
                assertThat(next.recovery().damaged()).isEmpty();
                assertThat(next.recovery().groups().get(G1).lastIndex()).isEqualTo(5);
                assertThat(disk.exists("wal/failed-sync")).isFalse();
                durably(next, append(G1, 2, 6, 1, 100));
            }
            assertThat(outcome(disk)).isEqualTo(6);
        }
    }
}
