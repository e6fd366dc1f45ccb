package io.concordkv.wal;

import static io.concordkv.wal.LogFixture.CONFIGURATION;
import static io.concordkv.wal.LogFixture.G1;
import static io.concordkv.wal.LogFixture.append;
import static io.concordkv.wal.LogFixture.create;
import static io.concordkv.wal.LogFixture.durably;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.LogPosition;
import io.concordkv.disk.Disk;
import io.concordkv.disk.FaultyDisk;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A frame that is encoded while the one before it is on its way to the device.
class WalAheadTest {
    /// Files grow by 64 KiB.
    private static final WalOptions OPTIONS = LogFixture.OPTIONS.withSegmentBytes(1 << 20);

    private final SimulatedDisk disk = LogFixture.disk(1);

    private static Wal open(Disk disk) throws IOException {
        return Wal.open(disk, "wal", OPTIONS, new SplittableRandom(1));
    }

    @Test
    void itIsHandedToTheFileOnlyInTheNextTurn() throws IOException {
        try (Wal wal = open(disk)) {
            durably(wal, create(G1));
            long first = wal.enqueue(List.of(append(G1, 1, 1, 1, 100)));
            assertThat(wal.writeQueued()).isTrue();
            long second = wal.enqueue(List.of(append(G1, 1, 2, 1, 100)));
            long before = wal.stats().bytes();

            assertThat(wal.encodeAhead()).isTrue();

            assertThat(wal.stats().bytes()).isEqualTo(before);
            assertThat(wal.hasQueued()).isTrue();
            assertThat(wal.writeQueued()).describedAs("before the sync").isFalse();
            assertThat(wal.syncWritten()).isEqualTo(first);
            assertThat(wal.writeQueued()).isTrue();
            assertThat(wal.stats().bytes()).isEqualTo(before + Block.BYTES);
            assertThat(wal.syncWritten()).isEqualTo(second);
            assertThat(wal.hasQueued()).isFalse();
        }
    }

    @Test
    void itSaysWhatIsDurableWhenItIsWritten() throws IOException {
        try (Wal wal = open(disk)) {
            durably(wal, create(G1));
            long first = wal.enqueue(List.of(append(G1, 1, 1, 1, 100)));
            wal.writeQueued();
            long second = wal.enqueue(List.of(append(G1, 1, 2, 1, 100)));
            wal.encodeAhead();
            wal.syncWritten();
            wal.writeQueued();
            wal.syncWritten();

            List<WalInspector.Sight> sights = new ArrayList<>();
            WalInspector.dump(disk, "wal", sights::add);
            assertThat(sights)
                    .filteredOn(WalInspector.Sight.Frame.class::isInstance)
                    .map(WalInspector.Sight.Frame.class::cast)
                    .filteredOn(frame -> frame.sequence() == second)
                    .singleElement()
                    .satisfies(frame -> assertThat(List.of(frame.previous(), frame.durable()))
                            .containsExactly(first, first));
        }
    }

    @Test
    void whatIsQueuedByThenGoesWithItInOneSync() throws IOException {
        try (Wal wal = open(disk)) {
            durably(wal, create(G1));
            wal.enqueue(List.of(append(G1, 1, 1, 1, 100)));
            wal.writeQueued();
            wal.enqueue(List.of(append(G1, 1, 2, 1, 100)));
            wal.encodeAhead();
            long last = wal.enqueue(List.of(append(G1, 1, 3, 1, 100)));
            wal.syncWritten();
            long syncs = wal.stats().syncs();

            assertThat(wal.writeQueued()).isTrue();
            assertThat(wal.syncWritten()).isEqualTo(last);

            assertThat(wal.stats().syncs()).isEqualTo(syncs + 1);
            assertThat(wal.read(G1, 1, 3, Long.MAX_VALUE)).hasSize(3);
        }
    }

    @Test
    void itsEntriesCannotBeReadBeforeTheyAreWritten() throws IOException {
        try (Wal wal = open(disk)) {
            durably(wal, create(G1), append(G1, 1, 1, 1, 100));
            wal.enqueue(List.of(append(G1, 1, 2, 1, 100)));
            assertThat(wal.encodeAhead()).isTrue();

            assertThat(wal.read(G1, 1, 2, Long.MAX_VALUE)).hasSize(1);
            assertThat(wal.absence(G1, 2)).isEqualTo(Optional.of(Absence.UNAVAILABLE));

            wal.writeQueued();
            assertThat(wal.read(G1, 1, 2, Long.MAX_VALUE)).hasSize(2);
            assertThat(wal.absence(G1, 2)).isEmpty();
        }
    }

    @Test
    void noSegmentDiesOfACompactionThatIsNotWritten() throws IOException {
        try (Wal wal = open(disk)) {
            durably(wal, create(G1));
            long last = 0;
            while (wal.stats().rotations() == 0) {
                durably(wal, append(G1, 1, ++last, 1, 100_000));
            }
            while (wal.housekeep()) {
                // until nothing is due
            }
            wal.enqueue(List.of(new WalRecord.CompactPrefix(G1, new LogPosition(1, last), CONFIGURATION, 0)));
            assertThat(wal.encodeAhead()).isTrue();

            assertThat(wal.housekeep()).isFalse();
            assertThat(LogFixture.segments(disk)).hasSize(2);

            wal.writeQueued();
            wal.enqueue(List.of(append(G1, 1, last + 1, 1, 100)));
            assertThat(wal.encodeAhead()).describedAs("while tidying is due").isFalse();
            wal.syncWritten();
            assertThat(wal.housekeep()).isTrue();
            assertThat(LogFixture.segments(disk)).hasSize(1);
        }
    }

    @Test
    void aFrameThatNeedsANewSegmentWaitsForThePump() throws IOException {
        try (Wal wal = open(disk)) {
            durably(wal, create(G1));
            long sequence = wal.enqueue(List.of(append(G1, 1, 1, 1, OPTIONS.segmentBytes())));

            assertThat(wal.encodeAhead()).isFalse();

            assertThat(wal.hasQueued()).isTrue();
            wal.writeQueued();
            assertThat(wal.syncWritten()).isEqualTo(sequence);
            assertThat(wal.read(G1, 1, 1, Long.MAX_VALUE)).hasSize(1);
        }
    }

    @Test
    void itIsNeverWrittenAfterAFailedSync() throws IOException {
        FaultyDisk faulty = new FaultyDisk(disk);
        try (Wal wal = open(faulty)) {
            durably(wal, create(G1));
            wal.enqueue(List.of(append(G1, 1, 1, 1, 100)));
            wal.writeQueued();
            wal.enqueue(List.of(append(G1, 1, 2, 1, 100)));
            wal.encodeAhead();
            faulty.setFailSync(FaultyDisk.FailSync.ONCE);

            assertThatThrownBy(wal::syncWritten).isInstanceOf(WalFailedException.class);
            assertThat(wal.writeQueued()).isFalse();
        }
        try (Wal wal = open(disk)) {
            assertThat(wal.read(G1, 1, 2, Long.MAX_VALUE)).isEmpty();
        }
    }
}
