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

import io.concordkv.base.CorruptionException;
import io.concordkv.base.Flaw;
import io.concordkv.base.ShardId;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Rot of what was synced is always found; a group is whole or called damaged, never quietly different.
class WalRotTest {
    @Test
    void aBitAnywhereInTheLogIsFoundOrHarmless() throws IOException {
        int damagedLogs = 0;
        int cases = 0;
        for (int seed = 0; seed < 12; seed++) {
            SimulatedDisk disk = disk(seed);
            WalModel model = LogFixture.randomLog(disk, seed, 60);
            SplittableRandom random = new SplittableRandom(seed);
            for (String segment : segments(disk)) {
                long size = size(disk, segment);
                for (long block = 0; block < size; block += Block.BYTES) {
                    SimulatedDisk rotten = disk.copy(random.split());
                    rotten.rot(segment, block + random.nextInt(Block.BYTES), random.nextInt(8));
                    damagedLogs += wholeOrDamaged(rotten, model, segment) ? 1 : 0;
                    cases++;
                }
            }
        }
        assertThat(cases).isGreaterThan(200);
        assertThat(damagedLogs).isGreaterThan(cases / 4);
    }

    /// @return whether anything was called damaged
    private static boolean wholeOrDamaged(SimulatedDisk disk, WalModel model, String rotten) throws IOException {
        try (Wal wal = open(disk)) {
            WalRecovery recovery = wal.recovery();
            recovery.damaged()
                    .forEach((group, reason) ->
                            assertThat(reason).describedAs("group %s", group).contains("segment-"));
            if (!recovery.damaged().isEmpty()) {
                assertThat(recovery.events()).anyMatch(event -> event.contains(rotten) && event.contains("offset"));
            }
            WalModel expected = model.copy();
            recovery.damaged().keySet().forEach(expected.groups::remove);
            if (!recovery.events().isEmpty()) {
                // A group of which every trace was in the broken frame is topology's to miss (R2).
                expected.groups.keySet().retainAll(recovery.groups().keySet());
                // Peers and tombstones have no list in the frame; they are loud in the events.
                expected.peers.clear();
                expected.peers.putAll(recovery.peers());
                expected.tombstones.clear();
                expected.tombstones.putAll(recovery.tombstones());
            }
            assertThat(WalModel.render(wal))
                    .describedAs("rot in %s, damaged %s, events %s", rotten, recovery.damaged(), recovery.events())
                    .isEqualTo(expected.render());
            return !recovery.damaged().isEmpty();
        }
    }

    @Nested
    class InTheLastFrame {
        private final SimulatedDisk disk = disk(1);
        private String segment = "";
        private long lastFrame;
        private long end;

        private void writeWithLastFrameOf(int entryBytes) throws IOException {
            try (Wal wal = open(disk)) {
                durably(wal, create(G1), create(G2));
                durably(wal, append(G1, 1, 1, 5, 100), append(G2, 1, 1, 5, 100));
                segment = segments(disk).getLast();
                lastFrame = size(disk, segment);
                durably(wal, append(G1, 1, 6, 1, entryBytes), new WalRecord.HardState(G1, 1, 11, 5));
                end = size(disk, segment);
            }
        }

        @Test
        void everyByteOfOneBlockIsGuarded() throws IOException {
            writeWithLastFrameOf(1500);
            assertThat(end - lastFrame).isEqualTo(Block.BYTES);
            for (long at = lastFrame; at < end; at += 7) {
                SimulatedDisk rotten = disk.copy(new SplittableRandom(at));
                rotten.rot(segment, at, (int) (at % 8));
                expectG1DamagedAndG2Whole(rotten);
            }
        }

        @Test
        void everyBlockOfManyIsGuarded() throws IOException {
            writeWithLastFrameOf(30_000);
            for (long at = lastFrame; at < end; at += 509) {
                SimulatedDisk rotten = disk.copy(new SplittableRandom(at));
                rotten.rot(segment, at, (int) (at % 8));
                expectG1DamagedAndG2Whole(rotten);
            }
        }

        @Test
        void anUnreadablePlaceIsRotToo() throws IOException {
            writeWithLastFrameOf(30_000);
            for (long at = lastFrame; at < end; at += Block.BYTES) {
                SimulatedDisk rotten = disk.copy(new SplittableRandom(at));
                rotten.failReads(segment, at, at + 1);
                expectG1DamagedAndG2Whole(rotten);
            }
        }

        private void expectG1DamagedAndG2Whole(SimulatedDisk rotten) throws IOException {
            for (int start = 0; start < 2; start++) {
                try (Wal wal = open(rotten, start)) {
                    Map<ShardId, String> damaged = wal.recovery().damaged();
                    assertThat(damaged).containsOnlyKeys(G1);
                    assertThat(damaged.get(G1)).contains("rot in " + segment + " at offset");
                    assertThat(wal.read(G2, 1, 5, Long.MAX_VALUE)).hasSize(5);
                }
            }
        }

        @Test
        void withBothHeadersBrokenEveryGroupIsDamaged() throws IOException {
            writeWithLastFrameOf(30_000);
            disk.rot(segment, lastFrame + Block.STAMP_BYTES + 9, 1);
            disk.rot(segment, end - 20, 1);
            try (Wal wal = open(disk)) {
                assertThat(wal.recovery().damaged()).containsOnlyKeys(G1, G2);
            }
        }

        @Test
        void cuttingItAsTornWouldLoseIt() throws IOException {
            writeWithLastFrameOf(1500);
            disk.rot(segment, lastFrame + 2000, 1);
            Flaw.ROTTEN_LAST_FRAME_CUT_AS_TORN.runWith(() -> {
                try (Wal wal = open(disk.copy(new SplittableRandom(1)))) {
                    assertThat(wal.recovery().damaged()).isEmpty();
                    assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(5);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void theReasonNamesTheRotAndWhatFollowsIsCounted() throws IOException {
        SimulatedDisk disk = disk(1);
        String segment;
        long at;
        try (Wal wal = open(disk)) {
            durably(wal, create(G1), create(G2));
            segment = segments(disk).getLast();
            at = size(disk, segment);
            durably(wal, append(G1, 1, 1, 1, 100), append(G2, 1, 1, 1, 6000));
            for (int i = 2; i <= 6; i++) {
                durably(wal, append(G1, 1, i, 1, 100));
                durably(wal, append(G2, 1, i, 1, 100));
            }
        }
        disk.rot(segment, at + Block.BYTES + 1000, 1);
        String rot = "rot in " + segment + " at offset " + at;
        String place = "with a broken block at offset " + (at + Block.BYTES);
        WalInspector.Verdict verdict = WalInspector.verify(disk, "wal");
        assertThat(verdict.damaged()).containsOnlyKeys(G1, G2);
        assertThat(verdict.damaged().values()).allMatch(why -> why.startsWith(rot) && why.endsWith(place));
        assertThat(verdict.events()).hasSize(2);
        assertThat(verdict.events().get(0)).startsWith(rot).endsWith(place);
        assertThat(verdict.events().get(1))
                .startsWith("10 records behind the damage do not fit")
                .contains("group " + G1)
                .contains("entries begin at 2, the log ends at 0");
        for (int start = 0; start < 2; start++) {
            try (Wal wal = open(disk, start)) {
                assertThat(wal.recovery().damaged()).isEqualTo(verdict.damaged());
            }
        }
    }

    @Test
    void laterCheckpointsSettleWhatABrokenFrameLeftOpen() throws IOException {
        SimulatedDisk disk = disk(1);
        long hardState;
        String segment;
        try (Wal wal = open(disk)) {
            durably(wal, create(G1), create(G2), append(G1, 1, 1, 5, 100));
            segment = segments(disk).getLast();
            hardState = size(disk, segment);
            durably(wal, new WalRecord.HardState(G1, 4, 11, 5), new WalRecord.HardState(G2, 4, 11, 0));
            durably(wal, append(G1, 4, 6, 1, 100));
        }
        // Another start brings a checkpoint that knows the lost vote.
        open(disk).close();
        disk.rot(segment, hardState + 100, 3);
        try (Wal wal = open(disk)) {
            assertThat(wal.recovery().events()).anyMatch(event -> event.startsWith("rot in " + segment));
            assertThat(wal.recovery().damaged()).isEmpty();
            assertThat(wal.recovery().groups().get(G1).votedFor()).isEqualTo(11);
            assertThat(wal.recovery().groups().get(G2).term()).isEqualTo(4);
        }
    }

    @Test
    void damageStaysUntilTheReplicaIsDestroyed() throws IOException {
        SimulatedDisk disk = disk(1);
        try (Wal wal = open(disk)) {
            durably(wal, create(G1), create(G2));
            String segment = segments(disk).getLast();
            long at = size(disk, segment);
            durably(wal, append(G1, 1, 1, 5, 100));
            durably(wal, append(G2, 1, 1, 5, 100));
            disk.rot(segment, at + 1000, 1);
        }
        for (int start = 0; start < 4; start++) {
            try (Wal wal = open(disk, start)) {
                assertThat(wal.recovery().damaged()).containsOnlyKeys(G1);
                for (int i = 0; i < 30; i++) {
                    durably(wal, append(G2, 1, 6 + 30L * start + i, 1, 3000));
                }
            }
        }
        try (Wal wal = open(disk)) {
            durably(wal, new WalRecord.GroupDestroyed(G1, new io.concordkv.base.ReplicaId(12)));
        }
        try (Wal wal = open(disk)) {
            assertThat(wal.recovery().damaged()).isEmpty();
            assertThat(wal.recovery().groups()).containsOnlyKeys(G2);
            assertThat(wal.recovery().tombstones()).containsOnlyKeys(G1);
        }
    }

    @Test
    void rotWhileRunningIsFoundByTheReader() throws IOException {
        SimulatedDisk disk = disk(1);
        try (Wal wal = open(disk)) {
            durably(wal, create(G1));
            String segment = segments(disk).getLast();
            long at = size(disk, segment);
            durably(wal, append(G1, 1, 1, 5, 3000));
            durably(wal, append(G1, 1, 6, 5, 3000));
            disk.rot(segment, at + 5000, 1);
            assertThat(wal.read(G1, 6, 10, Long.MAX_VALUE)).hasSize(5);
            assertThatThrownBy(() -> wal.read(G1, 1, 5, Long.MAX_VALUE))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(segment)
                    .hasMessageContaining("offset " + (at + 4096));
        }
    }

    @Test
    void aRottenSegmentHeaderIsReadByItsBlocks() throws IOException {
        SimulatedDisk disk = disk(1);
        try (Wal wal = open(disk)) {
            durably(wal, create(G1));
            for (int i = 0; i < 40; i++) {
                durably(wal, append(G1, 1, 1 + i, 1, 3000));
            }
        }
        List<String> segments = segments(disk);
        assertThat(segments).hasSizeGreaterThan(2);
        disk.rot(segments.get(1), 30, 1);
        try (Wal wal = open(disk)) {
            assertThat(wal.recovery().events()).anyMatch(event -> event.contains(segments.get(1)));
            assertThat(wal.recovery().damaged()).isEmpty();
            assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(40);
        }
    }
}
