package io.concordkv.wal;

import static io.concordkv.wal.LogFixture.G1;
import static io.concordkv.wal.LogFixture.append;
import static io.concordkv.wal.LogFixture.create;
import static io.concordkv.wal.LogFixture.disk;
import static io.concordkv.wal.LogFixture.durably;
import static io.concordkv.wal.LogFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.wal.WalInspector.Sight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalInspectorTest {
    private final SimulatedDisk disk = disk(1);

    private List<Sight> dump() throws IOException {
        List<Sight> sights = new ArrayList<>();
        WalInspector.dump(disk, "wal", sights::add);
        return sights;
    }

    @Test
    void everyFrameAndRecordIsTold() throws IOException {
        try (Wal wal = open(disk)) {
            durably(wal, create(G1), new WalRecord.HardState(G1, 1, 11, 0), append(G1, 1, 1, 3, 10));
            durably(wal, new WalRecord.TruncateSuffix(G1, 2));
        }
        List<Sight> sights = dump();
        assertThat(sights).hasSize(4);
        assertThat(sights.get(0)).isInstanceOfSatisfying(Sight.SegmentBegins.class, segment -> {
            assertThat(segment.number()).isEqualTo(1);
            assertThat(segment.file()).isEqualTo("wal/segment-00000001");
        });
        assertThat(sights.get(1))
                .isInstanceOfSatisfying(
                        Sight.Frame.class,
                        frame -> assertThat(frame.checkpoint()).isTrue());
        assertThat(sights.get(2))
                .isInstanceOfSatisfying(
                        Sight.Frame.class,
                        frame -> assertThat(frame.records())
                                .containsExactly(
                                        "GroupCreated[group=1, replica=11, configuration=8 bytes]",
                                        "HardState[group=1, term=1, votedFor=11, commit=0]",
                                        "Entries[group=1, 1@1..3@1, bytes=52]"));
    }

    @Test
    void aSoundLogVerifiesAndIsNotChanged() throws IOException {
        WalModel model = LogFixture.randomLog(disk, 4, 40);
        List<String> files = disk.files();
        WalInspector.Verdict verdict = WalInspector.verify(disk, "wal");
        assertThat(verdict.isSound()).isTrue();
        assertThat(verdict.groups().keySet()).isEqualTo(model.groups.keySet());
        model.groups.forEach(
                (id, group) -> assertThat(verdict.groups().get(id).lastIndex()).isEqualTo(group.last()));
        assertThat(disk.files()).isEqualTo(files);
    }

    @Test
    void rotIsNamedByBoth() throws IOException {
        try (Wal wal = open(disk)) {
            durably(wal, create(G1));
            durably(wal, append(G1, 1, 1, 3, 10));
        }
        disk.rot("wal/segment-00000001", 3 * Block.BYTES + 50, 1);
        assertThat(dump())
                .last()
                .isInstanceOfSatisfying(
                        Sight.Broken.class,
                        broken -> assertThat(broken.offset()).isEqualTo(3L * Block.BYTES));
        WalInspector.Verdict verdict = WalInspector.verify(disk, "wal");
        assertThat(verdict.isSound()).isFalse();
        assertThat(verdict.damaged().get(G1)).contains("wal/segment-00000001 at offset 12288");
    }

    @Test
    void noLogIsNoDamage() throws IOException {
        WalInspector.Verdict verdict = WalInspector.verify(disk, "wal");
        assertThat(verdict.logId()).isEmpty();
        assertThat(verdict.isSound()).isTrue();
        assertThat(dump()).isEmpty();
    }
}
