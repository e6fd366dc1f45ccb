package io.concordkv.wal;

import static io.concordkv.wal.LogFixture.G1;
import static io.concordkv.wal.LogFixture.append;
import static io.concordkv.wal.LogFixture.create;
import static io.concordkv.wal.LogFixture.disk;
import static io.concordkv.wal.LogFixture.durably;
import static io.concordkv.wal.LogFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.Flaw;
import io.concordkv.base.LogPosition;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/// Bugs that are put back on purpose are caught. Two more are in [WalTornTest] and [WalRotTest].
class WalFlawTest {
    @Test
    void aTruncationLostInReplayBringsOldEntriesBack() throws IOException {
        SimulatedDisk disk = disk(1);
        try (Wal wal = open(disk)) {
            durably(wal, create(G1), append(G1, 1, 1, 10, 10));
            durably(wal, new WalRecord.TruncateSuffix(G1, 5), append(G1, 2, 6, 2, 10));
            durably(wal, append(G1, 2, 8, 1, 10));
        }
        Flaw.TRUNCATION_LOST_IN_REPLAY.runWith(() -> {
            try (Wal wal = open(disk)) {
                assertThat(wal.recovery().groups().get(G1).lastIndex()).isEqualTo(10);
                assertThat(wal.read(G1, 6, 6, 1).getFirst().term()).isEqualTo(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void aConfigurationLostInCompactionGivesAnOldOne() throws IOException {
        SimulatedDisk disk = disk(1);
        Flaw.CONFIGURATION_LOST_IN_COMPACTION.runWith(() -> {
            try (Wal wal = open(disk)) {
                durably(wal, create(G1), append(G1, 1, 1, 10, 10));
                durably(wal, new WalRecord.CompactPrefix(G1, new LogPosition(1, 10), new byte[] {9}, 7));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Flaw.CONFIGURATION_LOST_IN_COMPACTION.runWith(() -> {
            try (Wal wal = open(disk)) {
                RecoveredGroup group = wal.recovery().groups().get(G1);
                assertThat(group.configuration()).isEqualTo(LogFixture.CONFIGURATION);
                assertThat(group.configurationIndex()).isZero();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void theFuzzFindsThemToo() {
        for (Flaw flaw : new Flaw[] {
            Flaw.TRUNCATION_LOST_IN_REPLAY,
            Flaw.CONFIGURATION_LOST_IN_COMPACTION,
            Flaw.RECOVERED_FRAME_ACKED_BEFORE_SYNC
        }) {
            assertThatThrownBy(() -> flaw.runWith(() -> {
                        for (int seed = 0; seed < 300; seed++) {
                            try {
                                WalCrashFuzzTest.run(seed);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }
                    }))
                    .describedAs(flaw.name())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("seed");
        }
    }
}
