package io.concordkv.disk.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {
    private static final int PAGE = Content.PAGE_BYTES;

    private static ByteBuffer pages(int count, int value) {
        byte[] bytes = new byte[count * PAGE];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    /// First byte of each page.
    private static String firstBytes(SimulatedDisk disk, String path) throws IOException {
        StringBuilder text = new StringBuilder();
        try (DiskFile file = disk.open(path)) {
            for (long at = 0; at < file.size(); at += PAGE) {
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, at);
                text.append(one.get(0));
            }
        }
        return text.toString();
    }

    private static SimulatedDisk withSyncedPages(long seed, int pages) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(seed));
        try (DiskFile file = disk.create("a")) {
            file.write(pages(pages, 1), 0);
            file.sync();
        }
        disk.syncDirectory("");
        return disk;
    }

    @Nested
    class WhenPowerIsLost {
        @Test
        void syncedBytesAndNamesStay() throws IOException {
            for (int seed = 0; seed < 50; seed++) {
                SimulatedDisk disk = withSyncedPages(seed, 3);
                disk.crash();
                assertThat(firstBytes(disk, "a")).isEqualTo("111");
            }
        }

        @Test
        void unsyncedPagesStayInAnyCombination() throws IOException {
            TreeSet<String> outcomes = new TreeSet<>();
            for (int seed = 0; seed < 300; seed++) {
                SimulatedDisk disk = withSyncedPages(seed, 3);
                try (DiskFile file = disk.open("a")) {
                    file.write(pages(3, 2), 0);
                }
                assertThat(firstBytes(disk, "a")).isEqualTo("222");
                disk.crash();
                outcomes.add(firstBytes(disk, "a"));
            }
            assertThat(outcomes).containsExactly("111", "112", "121", "122", "211", "212", "221", "222");
        }

        @Test
        void unsyncedGrowthIsLostOrHoldsHoles() throws IOException {
            TreeSet<String> outcomes = new TreeSet<>();
            for (int seed = 0; seed < 300; seed++) {
                SimulatedDisk disk = withSyncedPages(seed, 1);
                try (DiskFile file = disk.open("a")) {
                    file.write(pages(2, 2), PAGE);
                }
                disk.crash();
                outcomes.add(firstBytes(disk, "a"));
            }
            assertThat(outcomes).containsExactly("1", "100", "102", "120", "122");
        }

        @Test
        void unsyncedNamesComeAndGo() throws IOException {
            TreeSet<String> outcomes = new TreeSet<>();
            for (int seed = 0; seed < 300; seed++) {
                SimulatedDisk disk = withSyncedPages(seed, 1);
                disk.create("b").close();
                disk.rename("a", "c");
                disk.delete("b");
                disk.crash();
                outcomes.add(disk.list("").toString());
            }
            assertThat(outcomes).containsExactly("[a, b]", "[a]", "[b, c]", "[c]");
        }

        @Test
        void aRenameIsAtomicAndDirectorySyncCoversWhatItDependsOn() throws IOException {
            for (int seed = 0; seed < 50; seed++) {
                SimulatedDisk disk = withSyncedPages(seed, 1);
                disk.createDirectories("d");
                disk.create("x").close();
                disk.rename("x", "d/x");
                disk.syncDirectory("d");
                disk.crash();
                assertThat(disk.exists("x")).isFalse();
                assertThat(disk.exists("d/x")).isTrue();
            }
        }

        @Test
        void sectorsTearOnlyWhenAsked() throws IOException {
            int torn = 0;
            for (int seed = 0; seed < 200; seed++) {
                SimulatedDisk disk = withSyncedPages(seed, 1);
                disk.setTearSectors(seed % 2 == 1);
                try (DiskFile file = disk.open("a")) {
                    file.write(pages(1, 2), 0);
                }
                disk.crash();
                try (DiskFile file = disk.open("a")) {
                    ByteBuffer page = ByteBuffer.allocate(PAGE);
                    file.read(page, 0);
                    String values = new String(page.array(), StandardCharsets.ISO_8859_1);
                    boolean mixed = values.indexOf(1) >= 0 && values.indexOf(2) >= 0;
                    assertThat(mixed && seed % 2 == 0).isFalse();
                    torn += mixed ? 1 : 0;
                }
            }
            assertThat(torn).isPositive();
        }

        @Test
        void openFilesAreDead() throws IOException {
            SimulatedDisk disk = withSyncedPages(1, 1);
            try (DiskFile file = disk.open("a")) {
                disk.crash();
                assertThatThrownBy(file::size).hasMessageContaining("its process is gone");
            }
        }
    }

    @Test
    void aKilledProcessLeavesThePageCache() throws IOException {
        SimulatedDisk disk = withSyncedPages(1, 2);
        try (DiskFile file = disk.open("a")) {
            file.write(pages(2, 2), 0);
        }
        disk.killProcess();
        assertThat(firstBytes(disk, "a")).isEqualTo("22");
        try (DiskFile file = disk.open("a")) {
            file.sync();
        }
        disk.crash();
        assertThat(firstBytes(disk, "a")).isEqualTo("22");
    }

    @Test
    void aFailedSyncLosesPagesForGoodAlthoughTheyAreSeen() throws IOException {
        TreeSet<String> outcomes = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            SimulatedDisk disk = withSyncedPages(seed, 2);
            try (DiskFile file = disk.open("a")) {
                file.write(pages(2, 2), 0);
                disk.failSyncs(1);
                assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
                assertThat(firstBytes(disk, "a")).isEqualTo("22");
                file.sync();
            }
            disk.crash();
            outcomes.add(firstBytes(disk, "a"));
        }
        assertThat(outcomes).containsExactly("11", "12", "21", "22");
    }

    @Test
    void rotUnreadablePlacesAndFullVolumes() throws IOException {
        SimulatedDisk disk = withSyncedPages(1, 2);
        disk.rot("a", PAGE, 3);
        assertThat(firstBytes(disk, "a")).isEqualTo("19");
        disk.crash();
        assertThat(firstBytes(disk, "a")).isEqualTo("19");
        disk.failReads("a", PAGE, PAGE + 1);
        assertThatThrownBy(() -> firstBytes(disk, "a")).hasMessageContaining("offset 4096");
        disk.healReads();
        disk.setCapacity(3 * PAGE);
        assertThat(disk.freeBytes()).isEqualTo(PAGE);
        try (DiskFile file = disk.open("a")) {
            file.write(pages(1, 5), 2 * PAGE);
            file.write(pages(1, 6), 0);
            assertThatThrownBy(() -> file.write(pages(1, 5), 3 * PAGE)).isInstanceOf(DiskFullException.class);
        }
    }

    @Test
    void aCopyIsAnotherDisk() throws IOException {
        SimulatedDisk disk = withSyncedPages(1, 1);
        SimulatedDisk image = disk.copy(new SplittableRandom(2));
        try (DiskFile file = disk.open("a")) {
            file.write(pages(1, 7), 0);
        }
        disk.delete("a");
        assertThat(firstBytes(image, "a")).isEqualTo("1");
        image.crash();
        assertThat(firstBytes(image, "a")).isEqualTo("1");
    }

    @Test
    void equalSeedsGiveEqualDisks() throws IOException {
        String[] outcomes = new String[2];
        for (int run = 0; run < 2; run++) {
            StringBuilder text = new StringBuilder();
            SimulatedDisk disk = withSyncedPages(99, 20);
            for (int round = 0; round < 10; round++) {
                try (DiskFile file = disk.open("a")) {
                    file.write(pages(20, round), 0);
                }
                disk.crash();
                text.append(firstBytes(disk, "a")).append(' ');
            }
            outcomes[run] = text.toString();
        }
        assertThat(outcomes[0]).isEqualTo(outcomes[1]);
    }
}
