package io.concordkv.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FileDiskTest extends DiskContract {
    @Override
    Disk newDisk(Path folder) throws IOException {
        return FileDisk.open(folder.resolve("data"));
    }

    @Test
    void aFolderHasOneOwnerInThisProcess() throws IOException {
        Path shared = folder.resolve("shared");
        try (FileDisk owner = FileDisk.open(shared)) {
            assertThat(owner.exists(FileDisk.LOCK)).isTrue();
            assertThatThrownBy(() -> FileDisk.open(shared))
                    .isInstanceOf(DiskInUseException.class)
                    .hasMessageContaining("shared")
                    .hasMessageContaining("another process");
        }
        FileDisk.open(shared).close();
    }

    @Test
    void aFolderHasOneOwnerAmongProcesses() throws Exception {
        Path shared = Files.createDirectories(folder.resolve("shared"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process other = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        shared.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(() -> FileDisk.open(shared)).isInstanceOf(DiskInUseException.class);
            try (FileDisk looking = FileDisk.unlocked(shared)) {
                assertThat(looking.list("")).containsExactly(FileDisk.LOCK);
            }
        } finally {
            other.outputWriter().close();
            assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        FileDisk.open(shared).close();
    }

    /// Owns a folder until its standard input ends.
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] arguments) throws IOException {
            try (FileDisk disk = FileDisk.open(Path.of(arguments[0]))) {
                System.out.println("held");
                while (System.in.read() >= 0 && disk.exists("")) {
                    // waits for the end of the input
                }
            }
        }
    }

    @Test
    void aFullVolumeIsNamed() throws IOException {
        // /dev/full answers every write with "no space left on device".
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full on this system");
        try (DiskFile file = new ChannelFile("full", () -> 1 << 20, FileChannel.open(full, StandardOpenOption.WRITE))) {
            assertThatThrownBy(() -> file.write(bytes("x"), 0))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("full");
        }
    }

    @Test
    void aFullVolumeIsRecognisedWhateverTheSystemCallsIt() throws IOException {
        assertThatThrownBy(() -> writeBehindTheEnd(() -> 0)).isInstanceOf(DiskFullException.class);
        assertThatThrownBy(() -> writeBehindTheEnd(() -> 2))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(DiskFullException.class);
    }

    /// A write behind the last position a file can have fails with words that say nothing of room.
    private void writeBehindTheEnd(ChannelFile.FreeSpace free) throws IOException {
        Path path = folder.resolve("file");
        try (DiskFile file = new ChannelFile(
                "file", free, FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            file.write(bytes("xy"), Long.MAX_VALUE);
        }
    }
}
