package io.concordkv.wal;

import static io.concordkv.wal.LogFixture.G1;
import static io.concordkv.wal.LogFixture.G2;
import static io.concordkv.wal.LogFixture.append;
import static io.concordkv.wal.LogFixture.create;
import static io.concordkv.wal.LogFixture.disk;
import static io.concordkv.wal.LogFixture.durably;
import static io.concordkv.wal.LogFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskFullException;
import io.concordkv.disk.FaultyDisk;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Segments come and go, and a full disk does not stop the log (SAFETY L5, L8).
class WalSpaceTest {
    private static final int SEGMENT = 64 << 10;
    private static final long BALLAST = 512 << 10;
    private static final WalOptions HOLDING = new WalOptions(SEGMENT, BALLAST, 2, 256 << 10, 1 << 20, 64 << 20);

    private final SimulatedDisk disk = disk(3);

    private Wal open(WalOptions options) throws IOException {
        return Wal.open(disk, "wal", options, new SplittableRandom(1));
    }

    private static void housekeep(Wal wal) throws IOException {
        while (wal.housekeep()) {
            // one slice after the other
        }
    }

    private static void fill(Wal wal, long first, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            durably(wal, append(G1, 1, first + i, 1, 3000));
        }
    }

    @Nested
    class WhenGroupsAreCompacted {
        @Test
        void segmentsDieOldestFirst() throws IOException {
            try (Wal wal = open(LogFixture.OPTIONS)) {
                durably(wal, create(G1), create(G2), append(G2, 1, 1, 1, 10));
                fill(wal, 1, 60);
                housekeep(wal);
                List<String> all = segments(disk);
                assertThat(all).hasSizeGreaterThan(3);
                assertThat(wal.holderOfOldestSegment()).contains(G1);

                durably(wal, new WalRecord.CompactPrefix(G1, new LogPosition(1, 60), new byte[0], 0));
                housekeep(wal);
                // G2 holds the first one; nothing behind it may go before it.
                assertThat(segments(disk)).containsAll(all);
                assertThat(wal.holderOfOldestSegment()).contains(G2);
                assertThat(wal.logBytes(G1)).isZero();

                durably(wal, new WalRecord.CompactPrefix(G2, new LogPosition(1, 1), new byte[0], 0));
                housekeep(wal);
                assertThat(segments(disk)).doesNotContainAnyElementsOf(all.subList(0, all.size() - 1));
                assertThat(wal.holderOfOldestSegment()).isEmpty();
            }
            try (Wal wal = open(LogFixture.OPTIONS)) {
                assertThat(wal.recovery().damaged()).isEmpty();
                assertThat(wal.recovery().groups().get(G1).compacted()).isEqualTo(new LogPosition(1, 60));
            }
        }

        @Test
        void aDamagedGroupHoldsNoSegment() throws IOException {
            try (Wal wal = open(LogFixture.OPTIONS)) {
                durably(wal, create(G1), create(G2), append(G2, 1, 1, 1, 10));
                fill(wal, 1, 60);
                durably(wal, new WalRecord.CompactPrefix(G1, new LogPosition(1, 60), new byte[0], 0));
                housekeep(wal);
                assertThat(wal.holderOfOldestSegment()).contains(G2);
                assertThat(segments(disk)).contains("wal/segment-00000001");

                durably(wal, new WalRecord.GroupDamaged(G2, "its snapshot is gone"));
                housekeep(wal);
                assertThat(segments(disk)).doesNotContain("wal/segment-00000001");
                assertThat(wal.holderOfOldestSegment()).isEmpty();
                assertThat(wal.read(G2, 1, 1, Long.MAX_VALUE)).isEmpty();
            }
            disk.crash();
            for (int start = 0; start < 3; start++) {
                try (Wal wal = open(LogFixture.OPTIONS)) {
                    assertThat(wal.recovery().events()).isEmpty();
                    assertThat(wal.recovery().damaged()).containsOnlyKeys(G2).containsValue("its snapshot is gone");
                    assertThat(wal.recovery().groups().get(G1).compacted()).isEqualTo(new LogPosition(1, 60));
                    fill(wal, 61 + start * 60L, 60);
                }
            }
            try (Wal wal = open(LogFixture.OPTIONS)) {
                ReplicaId next = new ReplicaId(77);
                durably(wal, new WalRecord.GroupDestroyed(G2, next), new WalRecord.GroupCreated(G2, next, new byte[] {1
                }));
                durably(wal, append(G2, 1, 1, 3, 10));
            }
            try (Wal wal = open(LogFixture.OPTIONS)) {
                assertThat(wal.recovery().damaged()).isEmpty();
                assertThat(wal.read(G2, 1, 3, Long.MAX_VALUE)).hasSize(3);
            }
        }

        @Test
        void aCrashRightAfterTheDeletionLosesNothing() throws IOException {
            for (int seed = 0; seed < 60; seed++) {
                SimulatedDisk own = disk(seed);
                Wal wal = Wal.open(own, "wal", LogFixture.OPTIONS, new SplittableRandom(seed));
                durably(wal, create(G1), create(G2));
                fill(wal, 1, 60);
                durably(wal, new WalRecord.CompactPrefix(G1, new LogPosition(1, 60), new byte[] {5}, 9));
                for (int i = 0; i <= seed % 5; i++) {
                    wal.housekeep();
                }
                own.crash();
                try (Wal next = Wal.open(own, "wal", LogFixture.OPTIONS, new SplittableRandom(seed))) {
                    assertThat(next.recovery().events()).isEmpty();
                    assertThat(next.recovery().damaged()).isEmpty();
                    assertThat(next.recovery().groups().get(G1).configuration()).containsExactly(5);
                }
            }
        }

        @Test
        void aDestroyedReplicaIsNotCreatedAgain() throws IOException {
            try (Wal wal = open(LogFixture.OPTIONS)) {
                durably(wal, create(G2));
                durably(wal, new WalRecord.GroupDestroyed(G2, new ReplicaId(77)));
            }
            try (Wal wal = open(LogFixture.OPTIONS)) {
                assertThatThrownBy(() -> wal.enqueue(List.of(create(G2))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("was destroyed and must not be created again; nothing was taken");
                assertThat(wal.hasQueued()).isFalse();
                durably(wal, new WalRecord.GroupCreated(G2, new ReplicaId(77), new byte[] {1}));
            }
            try (Wal wal = open(LogFixture.OPTIONS)) {
                assertThat(wal.recovery().groups().get(G2).replica()).isEqualTo(new ReplicaId(77));
            }
        }

        @Test
        void tombstonesOutliveSegments() throws IOException {
            try (Wal wal = open(LogFixture.OPTIONS)) {
                durably(wal, create(G1), create(G2));
                durably(wal, new WalRecord.GroupDestroyed(G2, new ReplicaId(77)));
                fill(wal, 1, 60);
                durably(wal, new WalRecord.CompactPrefix(G1, new LogPosition(1, 60), new byte[0], 0));
                housekeep(wal);
                assertThat(segments(disk)).doesNotContain("wal/segment-00000001");
            }
            try (Wal wal = open(LogFixture.OPTIONS)) {
                assertThat(wal.recovery().groups()).containsOnlyKeys(G1);
                assertThat(wal.recovery().tombstones()).containsEntry(G2, new ReplicaId(77));
            }
        }

        @Test
        void restartsDoNotPileUpSegments() throws IOException {
            try (Wal wal = open(LogFixture.OPTIONS)) {
                durably(wal, create(G1), append(G1, 1, 1, 5, 100));
            }
            for (int i = 0; i < 20; i++) {
                try (Wal wal = open(LogFixture.OPTIONS)) {
                    assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(5);
                    assertThat(wal.recovery().incarnation()).isEqualTo(i + 2);
                }
                disk.crash();
            }
            assertThat(segments(disk)).hasSizeLessThanOrEqualTo(3);
        }
    }

    @Nested
    class WhenTheDiskFillsUp {
        /// Another user of the volume takes all but `left` bytes.
        private void fillUp(long left) throws IOException {
            try (DiskFile file = disk.exists("hog") ? disk.open("hog") : disk.create("hog")) {
                file.truncate(0);
                file.truncate(disk.freeBytes() - left);
                file.sync();
            }
            disk.syncDirectory("");
        }

        @Test
        void reservesAndBallastAreMadeAndSegmentsComeFromThem() throws IOException {
            disk.setCapacity(64L << 20);
            try (Wal wal = open(HOLDING)) {
                housekeep(wal);
                assertThat(disk.list("wal")).contains("reserve-00000000", "reserve-00000001", "ballast");
                assertThat(wal.stats().reserves()).isEqualTo(2);
                assertThat(wal.stats().ballastBytes()).isEqualTo(BALLAST);
                assertThat(wal.space()).isEqualTo(WalSpace.OK);

                durably(wal, create(G1));
                fillUp(0);
                wal.checkSpace();
                assertThat(wal.space()).isEqualTo(WalSpace.LOW);
                fill(wal, 1, 100);
                assertThat(wal.read(G1, 1, 100, Long.MAX_VALUE)).hasSize(100);
            }
        }

        @Test
        void theLogStartsOnAFullDisk() throws IOException {
            disk.setCapacity(64L << 20);
            try (Wal wal = open(HOLDING)) {
                durably(wal, create(G1), append(G1, 1, 1, 5, 100));
                housekeep(wal);
            }
            fillUp(0);
            disk.setFull(true);
            try (Wal wal = open(HOLDING)) {
                assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(5);
                assertThat(wal.space()).isEqualTo(WalSpace.LOW);
                durably(wal, append(G1, 1, 6, 5, 100));
            }
            try (Wal wal = open(HOLDING)) {
                assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(10);
            }
        }

        @Test
        void aStartThatFindsNoRoomSaysWhatItGaveUp() throws IOException {
            disk.setCapacity(64L << 20);
            try (Wal wal = open(HOLDING)) {
                durably(wal, create(G1), append(G1, 1, 1, 5, 100));
                housekeep(wal);
            }
            // In a reserve, most of which it does not need.
            open(HOLDING).close();
            for (String name : disk.list("wal")) {
                if (name.contains("reserve")) {
                    disk.delete("wal/" + name);
                }
            }
            disk.setFull(true);
            assertThatThrownBy(() -> open(HOLDING))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("No record was changed")
                    .hasMessageContaining("was given up: the ballast of " + BALLAST + " bytes, ")
                    .hasMessageContaining(" bytes behind the frames of earlier segments");
            assertThatThrownBy(() -> open(HOLDING))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("Nothing was changed");
            disk.setFull(false);
            try (Wal wal = open(HOLDING)) {
                assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(5);
            }
        }

        @Test
        void lowIsSaidWithHysteresisAndTheBallastComesBack() throws IOException {
            disk.setCapacity(64L << 20);
            try (Wal wal = open(HOLDING)) {
                housekeep(wal);
                fillUp(600 << 10);
                wal.checkSpace();
                assertThat(wal.space()).isEqualTo(WalSpace.OK);
                fillUp(200 << 10);
                wal.checkSpace();
                assertThat(wal.space()).isEqualTo(WalSpace.LOW);
                fillUp(600 << 10);
                wal.checkSpace();
                assertThat(wal.space()).isEqualTo(WalSpace.LOW);
                fillUp(2 << 20);
                wal.checkSpace();
                assertThat(wal.space()).isEqualTo(WalSpace.OK);

                fillUp(0);
                wal.checkSpace();
                // Flush and compaction of the engines now have this much.
                assertThat(disk.exists("wal/ballast")).isFalse();
                assertThat(disk.freeBytes()).isEqualTo(BALLAST);
                housekeep(wal);
                assertThat(disk.exists("wal/ballast")).isFalse();
                fillUp(8 << 20);
                wal.checkSpace();
                // There is room to make the ballast again besides.
                assertThat(wal.space()).isEqualTo(WalSpace.OK);
                housekeep(wal);
                assertThat(disk.exists("wal/ballast")).isTrue();
                wal.checkSpace();
                assertThat(wal.space()).isEqualTo(WalSpace.OK);
            }
        }

        @Test
        void aYoungLogGoesOnInItsLastReserveAndSaysWhenThatIsUsedUp() throws IOException {
            disk.setCapacity(64L << 20);
            int written = 0;
            try (Wal wal = open(HOLDING)) {
                durably(wal, create(G1));
                assertThat(disk.exists("wal/last-reserve")).isTrue();
                fillUp(0);
                wal.checkSpace();
                while (wal.space() != WalSpace.EXHAUSTED) {
                    assertThat(wal.space()).isEqualTo(WalSpace.LOW);
                    fill(wal, ++written, 1);
                }
                assertThat(disk.exists("wal/last-reserve")).isFalse();
                assertThat(written).isGreaterThan(4);
                // For what keeps the groups alive there is room left.
                fill(wal, ++written, 1);

                fillUp(8 << 20);
                wal.checkSpace();
                assertThat(wal.space()).isEqualTo(WalSpace.OK);
                housekeep(wal);
                assertThat(disk.list("wal"))
                        .contains("reserve-00000000", "reserve-00000001", "ballast", "last-reserve");
                fill(wal, ++written, 1);
            }
            disk.crash();
            try (Wal wal = open(HOLDING)) {
                assertThat(wal.recovery().events()).isEmpty();
                assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(written);
                assertThat(wal.read(G1, 1, written, Long.MAX_VALUE)).hasSize(written);
            }
        }

        @Test
        void theLogStartsAgainAndAgainWhenNothingIsHeldAnyMore() throws IOException {
            WalOptions holding = HOLDING.withSegmentBytes(4 * SEGMENT);
            disk.setCapacity(64L << 20);
            int written = 0;
            try (Wal wal = open(holding)) {
                durably(wal, create(G1));
                fillUp(0);
                wal.checkSpace();
                while (wal.space() != WalSpace.EXHAUSTED) {
                    fill(wal, ++written, 1);
                }
            }
            assertThat(disk.exists("wal/last-reserve")).isFalse();
            for (int start = 0; start < 6; start++) {
                disk.crash();
                assertThat(disk.freeBytes()).isZero();
                try (Wal wal = open(holding)) {
                    wal.checkSpace();
                    assertThat(wal.space()).isEqualTo(WalSpace.EXHAUSTED);
                    assertThat(wal.recovery().events()).isEmpty();
                    assertThat(wal.recovery().damaged()).isEmpty();
                    assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(written);
                    assertThat(wal.read(G1, 1, written, Long.MAX_VALUE)).hasSize(written);
                    if (start == 3) {
                        durably(wal, new WalRecord.HardState(G1, 7, 0, 0));
                    }
                }
            }
            fillUp(8 << 20);
            try (Wal wal = open(holding)) {
                assertThat(wal.recovery().groups().get(G1).term()).isEqualTo(7);
                wal.checkSpace();
                assertThat(wal.space()).isEqualTo(WalSpace.OK);
                housekeep(wal);
                assertThat(disk.list("wal")).contains("reserve-00000000", "ballast", "last-reserve");
                fill(wal, written + 1, 40);
            }
            try (Wal wal = open(holding)) {
                assertThat(wal.recovery().events()).isEmpty();
                assertThat(wal.read(G1, 1, written + 40, Long.MAX_VALUE)).hasSize(written + 40);
            }
        }

        @Test
        void aCrashAnywhereInAStartThatCutsRoomLosesNothing() throws IOException {
            WalOptions holding = HOLDING.withSegmentBytes(4 * SEGMENT);
            disk.setCapacity(64L << 20);
            int written = 0;
            try (Wal wal = open(holding)) {
                durably(wal, create(G1));
                fillUp(0);
                wal.checkSpace();
                while (wal.space() != WalSpace.EXHAUSTED) {
                    fill(wal, ++written, 1);
                }
            }
            boolean died = true;
            for (int changes = 0; died; changes++) {
                SimulatedDisk own = disk.copy(new SplittableRandom(changes));
                died = diesInItsStart(own, changes, holding);
                try (Wal wal = Wal.open(own, "wal", holding, new SplittableRandom(changes))) {
                    assertThat(wal.recovery().events()).isEmpty();
                    assertThat(wal.recovery().damaged()).isEmpty();
                    assertThat(wal.read(G1, 1, written, Long.MAX_VALUE)).hasSize(written);
                }
            }
        }

        private static boolean diesInItsStart(SimulatedDisk own, int changes, WalOptions options) throws IOException {
            CrashingDisk crashing = new CrashingDisk(own, changes, changes % 3 > 0);
            try (Wal wal = Wal.open(crashing, "wal", options, new SplittableRandom(changes))) {
                assertThat(wal.recovery().created()).isFalse();
                return false;
            } catch (CrashingDisk.Died died) {
                return true;
            }
        }

        @Test
        void aStartForWhichThereIsNoRoomAtAllChangesNothingAndSaysHowMuchItNeeds() throws IOException {
            disk.setCapacity(64L << 20);
            try (Wal wal = open(WalOptions.small())) {
                durably(wal, create(G1), append(G1, 1, 1, 5, 100));
            }
            for (String segment : segments(disk)) {
                try (DiskFile file = disk.open(segment)) {
                    file.truncate(3 * Block.BYTES);
                }
            }
            fillUp(0);
            for (int start = 0; start < 2; start++) {
                assertThatThrownBy(() -> open(WalOptions.small()))
                        .isInstanceOf(DiskFullException.class)
                        .hasMessageContaining("12288 bytes");
            }
            fillUp(3 * Block.BYTES);
            try (Wal wal = open(WalOptions.small())) {
                assertThat(wal.recovery().events()).isEmpty();
                assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(5);
            }
        }

        /// The disk fills up at every place of a batch in turn, and the power fails behind it.
        @Test
        void aBatchThatMeetsAFullDiskGoesOnInAReserve() throws IOException {
            for (int room = 0; room < 40; room++) {
                SimulatedDisk own = disk(room);
                own.setCapacity(64L << 20);
                FaultyDisk faulty = new FaultyDisk(own);
                int count = 0;
                try (Wal wal = Wal.open(faulty, "wal", HOLDING, new SplittableRandom(room))) {
                    durably(wal, create(G1));
                    for (int i = 0; i < 3; i++) {
                        while (wal.stats().reserves() < 2) {
                            wal.housekeep();
                        }
                        for (int j = 0; j < room; j++) {
                            durably(wal, append(G1, 1, ++count, 1, 100));
                        }
                        faulty.setFull(true);
                        for (int j = 0; j < 8; j++) {
                            wal.enqueue(List.of(append(G1, 1, ++count, 1, 5000)));
                        }
                        while (wal.writeQueued()) {
                            wal.syncWritten();
                        }
                        faulty.setFull(false);
                        wal.housekeep();
                    }
                }
                own.crash();
                try (Wal wal = Wal.open(own, "wal", HOLDING, new SplittableRandom(room))) {
                    assertThat(wal.recovery().events()).isEmpty();
                    assertThat(wal.recovery().damaged()).isEmpty();
                    assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(count);
                }
            }
        }

        @Test
        void whoHoldsTheOldestSegmentMustTakeASnapshot() throws IOException {
            disk.setCapacity(64L << 20);
            try (Wal wal = open(HOLDING)) {
                durably(wal, create(G1), create(G2), append(G2, 1, 1, 1, 10));
                fill(wal, 1, 60);
                assertThat(wal.holderOfOldestSegment()).isPresent();
                assertThat(wal.dueForSnapshot()).isEmpty();
                fillUp(0);
                wal.checkSpace();
                assertThat(wal.dueForSnapshot()).contains(G1);
            }
        }

        @Test
        void segmentsAreSmallerOnASmallVolume() {
            assertThat(WalOptions.defaults().forVolume(1L << 30).segmentBytes()).isEqualTo(16 << 20);
            assertThat(WalOptions.defaults().forVolume(1L << 40).segmentBytes()).isEqualTo(64 << 20);
            assertThat(WalOptions.defaults().forVolume(1 << 20).segmentBytes()).isEqualTo(1 << 20);
        }

        @Test
        void withNothingHeldTheLogFailsAndLosesNothingItAcknowledged() throws IOException {
            FaultyDisk faulty = new FaultyDisk(disk);
            long durable;
            try (Wal wal = Wal.open(faulty, "wal", WalOptions.small(), new SplittableRandom(1))) {
                durable = durably(wal, create(G1), append(G1, 1, 1, 5, 100));
                faulty.setFull(true);
                assertThatThrownBy(() -> durably(wal, append(G1, 1, 6, 1, 20_000)))
                        .isInstanceOf(WalFailedException.class)
                        .hasCauseInstanceOf(DiskFullException.class);
                assertThat(wal.durableSequence()).isEqualTo(durable);
                faulty.setFull(false);
            }
            try (Wal wal = open(WalOptions.small())) {
                assertThat(wal.recovery().damaged()).isEmpty();
                assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(5);
            }
        }
    }

    @Test
    void aWriteThatFailsHalfwayIsNotAcknowledged() throws IOException {
        try (DiskFile probe = disk.create("probe")) {
            probe.write(ByteBuffer.allocate(1), 0);
        }
        try (Wal wal = open(WalOptions.small())) {
            durably(wal, create(G1));
            disk.failSyncs(-1);
            assertThatThrownBy(() -> durably(wal, append(G1, 1, 1, 1, 100))).isInstanceOf(WalFailedException.class);
            // The marker could not be written either; that is said too.
            disk.failSyncs(0);
            assertThat(wal.writeQueued()).isFalse();
        }
    }
}
