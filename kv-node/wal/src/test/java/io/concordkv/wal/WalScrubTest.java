package io.concordkv.wal;

import static io.concordkv.wal.LogFixture.G1;
import static io.concordkv.wal.LogFixture.G2;
import static io.concordkv.wal.LogFixture.append;
import static io.concordkv.wal.LogFixture.create;
import static io.concordkv.wal.LogFixture.disk;
import static io.concordkv.wal.LogFixture.durably;
import static io.concordkv.wal.LogFixture.open;
import static io.concordkv.wal.LogFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.LogPosition;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rot of a log that is in use is found by reading all of it (SAFETY S10).
class WalScrubTest {
    private final SimulatedDisk disk = disk(1);

    /// One whole pass.
    private static List<WalScrub.Bad> pass(Wal wal) throws IOException {
        WalScrub scrub = wal.scrub();
        List<WalScrub.Bad> bad = new ArrayList<>();
        long blocks = 0;
        WalScrub.Slice slice = scrub.next(3);
        while (!slice.endsPass()) {
            blocks += slice.blocks();
            bad.addAll(slice.bad());
            slice = scrub.next(3);
        }
        assertThat(blocks).isEqualTo(scrub.blocks());
        return bad;
    }

    private void rotLastBlock(int back) throws IOException {
        String newest = segments(disk).getLast();
        disk.rot(newest, end - (long) back * Block.BYTES + 100, 1);
    }

    private long end;

    private Wal written(Wal wal) throws IOException {
        durably(wal, create(G1), create(G2));
        durably(wal, append(G1, 1, 1, 2, 100));
        durably(wal, append(G2, 1, 1, 2, 100));
        end = wal.scrub().blocks() * Block.BYTES;
        return wal;
    }

    @Test
    void aSoundLogHasNoBadBlocks() throws IOException {
        try (Wal wal = written(open(disk))) {
            assertThat(pass(wal)).isEmpty();
        }
    }

    @Test
    void aPassEndsThoughTheLogGrowsAllTheTime() throws IOException {
        try (Wal wal = written(open(disk))) {
            WalScrub scrub = wal.scrub();
            long blocks = scrub.blocks();
            int index = 3;
            while (!scrub.next(1).endsPass()) {
                assertThat(blocks--).isPositive();
                durably(wal, append(G1, 1, index++, 1, 100));
            }
        }
    }

    @Test
    void aBadBlockTouchesTheGroupWhoseEntriesItHolds() throws IOException {
        try (Wal wal = written(open(disk))) {
            rotLastBlock(1);
            assertThat(pass(wal)).singleElement().satisfies(it -> {
                assertThat(it.groups()).containsExactly(G2);
                assertThat(it.place()).contains("segment-", "offset");
            });
        }
    }

    @Test
    void aFrameOfTheActiveSegmentOfWhichNothingCanBeReadTouchesEveryGroup() throws IOException {
        try (Wal wal = written(open(disk))) {
            disk.failReads(segments(disk).getLast(), end - 2 * Block.BYTES, end - Block.BYTES);
            assertThat(pass(wal))
                    .singleElement()
                    .satisfies(it -> assertThat(it.groups()).containsExactly(G1, G2));
        }
    }

    @Test
    void votesInTheActiveSegmentCountUntilTheNextCheckpoint() throws IOException {
        try (Wal wal = written(open(disk))) {
            durably(wal, new WalRecord.HardState(G2, 7, 2, 1));
            end = wal.scrub().blocks() * Block.BYTES;
            rotLastBlock(1);
            assertThat(pass(wal))
                    .singleElement()
                    .satisfies(it -> assertThat(it.groups()).containsExactly(G2));
        }
    }

    @Test
    void entriesThatNobodyNeedsTouchNoGroup() throws IOException {
        try (Wal wal = written(open(disk))) {
            durably(wal, new WalRecord.CompactPrefix(G1, new LogPosition(1, 2), new byte[0], 0));
            rotLastBlock(2);
            assertThat(pass(wal))
                    .singleElement()
                    .satisfies(it -> assertThat(it.groups()).isEmpty());
        }
    }
}
