package io.concordkv.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.disk.FaultyDisk.FailSync;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FaultyDiskTest extends DiskContract {
    @Override
    Disk newDisk(Path folder) {
        return new FaultyDisk(new SimulatedDisk(new SplittableRandom(1)));
    }

    private final FaultyDisk disk = new FaultyDisk(new SimulatedDisk(new SplittableRandom(1)));

    @Test
    void syncsFailNeverOnceOrAlways() throws IOException {
        try (DiskFile file = disk.create("a")) {
            disk.setFailSync(FailSync.ONCE);
            assertThatThrownBy(file::sync).isInstanceOf(IOException.class).hasMessageContaining("a: sync failed");
            file.sync();
            disk.setFailSync(FailSync.ALWAYS);
            assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
            assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
            disk.setFailSync(FailSync.NEVER);
            file.sync();
        }
    }

    @Test
    void syncsFailOfTheFilesThatAreMeant() throws IOException {
        try (DiskFile meant = disk.create("segment-1");
                DiskFile other = disk.create("reserve-1")) {
            disk.setFailSync(FailSync.ONCE, "segment-");
            other.sync();
            assertThatThrownBy(meant::sync).isInstanceOf(IOException.class);
            meant.sync();
        }
    }

    @Test
    void aFullVolumeRefusesGrowthOnly() throws IOException {
        try (DiskFile file = disk.create("a")) {
            file.write(bytes("hello"), 0);
            disk.setFull(true);
            assertThat(disk.freeBytes()).isZero();
            file.write(bytes("H"), 0);
            assertThatThrownBy(() -> file.write(bytes("x"), 5)).isInstanceOf(DiskFullException.class);
            assertThatThrownBy(() -> disk.create("b")).isInstanceOf(DiskFullException.class);
            disk.setFull(false);
            file.write(bytes("!"), 5);
            assertThat(text(file, 0, 9)).isEqualTo("Hello!");
        }
    }

    @Test
    void onAFullVolumeFilesGrowIntoWhatOthersGaveBack() throws IOException {
        try (DiskFile file = disk.create("a");
                DiskFile other = disk.create("b")) {
            file.write(bytes("hello"), 0);
            other.write(bytes("you"), 0);
            disk.setFull(true);
            disk.delete("a");
            assertThat(disk.freeBytes()).isEqualTo(5);
            other.write(bytes("there"), 3);
            assertThat(disk.freeBytes()).isZero();
            assertThatThrownBy(() -> other.write(bytes("!"), 8)).isInstanceOf(DiskFullException.class);
            other.truncate(7);
            assertThat(disk.freeBytes()).isEqualTo(1);
        }
    }

    @Test
    void aDelayedSyncTakesLonger() throws IOException {
        try (DiskFile file = disk.create("a")) {
            disk.setDelayMillis(20);
            long start = System.nanoTime();
            file.sync();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000L);
        }
    }
}
