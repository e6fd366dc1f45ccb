package io.concordkv.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The contract, with every file open for whole blocks, and blocks and other bytes mixed in one file. Where
/// the file system knows no direct I/O this tests the way back to the page cache.
class DirectFileContractTest extends DiskContract {
    private static final int BLOCK = BlockBuffers.BLOCK_BYTES;

    @Override
    Disk newDisk(Path folder) throws IOException {
        return new AlwaysForBlocks(FileDisk.open(folder.resolve("data")));
    }

    @Test
    void blocksAndOtherBytesOfOneFileSeeEachOther() throws IOException {
        byte[] expected = new byte[64 * BLOCK];
        SplittableRandom random = new SplittableRandom(1);
        try (Disk disk = newDisk(folder.resolve("mixed"))) {
            disk.create("a").close();
            try (DiskFile file = disk.openForBlocks("a")) {
                file.truncate(expected.length);
                for (int i = 0; i < 500; i++) {
                    boolean whole = random.nextBoolean();
                    int at = random.nextInt(expected.length);
                    int bytes = 1 + random.nextInt(expected.length - at);
                    at = whole ? at / BLOCK * BLOCK : at;
                    bytes = whole ? Math.max(BLOCK, bytes / BLOCK * BLOCK) : Math.min(bytes, 3 * BLOCK);
                    byte[] piece = new byte[bytes];
                    random.nextBytes(piece);
                    System.arraycopy(piece, 0, expected, at, bytes);
                    ByteBuffer buffer = whole ? BlockBuffers.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
                    file.write(buffer.put(piece).flip(), at);
                    assertThat(buffer.hasRemaining()).isFalse();
                    if (random.nextInt(10) == 0) {
                        file.sync();
                    }
                    assertThat(read(file, at, bytes)).isEqualTo(piece);
                }
                assertThat(read(file, 0, expected.length)).isEqualTo(expected);
            }
            try (DiskFile file = disk.open("a")) {
                assertThat(read(file, 0, expected.length)).isEqualTo(expected);
            }
        }
    }

    @Test
    void blocksBehindTheEndMakeTheFileGrow() throws IOException {
        try (Disk disk = newDisk(folder.resolve("growing"))) {
            disk.create("a").close();
            try (DiskFile file = disk.openForBlocks("a")) {
                file.write(bytes("x"), 0);
                file.write(BlockBuffers.allocate(BLOCK).put(0, (byte) 7), 3L * BLOCK);
                assertThat(file.size()).isEqualTo(4L * BLOCK);
                assertThat(read(file, 0, 1)).containsExactly('x');
                assertThat(read(file, 3L * BLOCK, 2)).containsExactly(7, 0);
            }
        }
    }

    @Test
    void theDeviceIsReachedWhereTheFileSystemAllows() throws IOException {
        assumeTrue(allowsDirectFiles(), "no direct I/O in " + folder);
        try (FileDisk disk = FileDisk.open(folder.resolve("there"))) {
            disk.create("a").close();
            try (DiskFile file = disk.openForBlocks("a")) {
                assertThat(file).isInstanceOf(DirectFile.class);
            }
        }
    }

    @Test
    void onlyWholeBlocksInTheRightPlacesGoToTheDevice() {
        ByteBuffer two = BlockBuffers.allocate(2 * BLOCK);
        assertThat(two.remaining()).isEqualTo(2 * BLOCK);
        assertThat(BlockBuffers.isWhole(two, BLOCK)).isTrue();
        assertThat(BlockBuffers.isWhole(two, BLOCK + 512)).isFalse();
        assertThat(BlockBuffers.isWhole(two.duplicate().position(BLOCK), 0)).isTrue();
        assertThat(BlockBuffers.isWhole(two.duplicate().position(512), 0)).isFalse();
        assertThat(BlockBuffers.isWhole(two.duplicate().position(512).limit(512 + BLOCK), 0))
                .isFalse();
        assertThat(BlockBuffers.isWhole(two.duplicate().limit(0), 0)).isFalse();
        assertThat(BlockBuffers.isWhole(ByteBuffer.allocate(BLOCK), 0)).isFalse();
    }

    private static byte[] read(DiskFile file, long position, int bytes) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect(bytes);
        byte[] read = new byte[file.read(into, position)];
        into.flip().get(read);
        return read;
    }

    /// Opens all files for blocks, also those it creates.
    private record AlwaysForBlocks(FileDisk files) implements Disk {
        @Override
        public DiskFile create(String path) throws IOException {
            files.create(path).close();
            return files.openForBlocks(path);
        }

        @Override
        public DiskFile open(String path) throws IOException {
            return files.openForBlocks(path);
        }

        @Override
        public DiskFile openForBlocks(String path) throws IOException {
            return files.openForBlocks(path);
        }

        @Override
        public boolean exists(String path) {
            return files.exists(path);
        }

        @Override
        public List<String> list(String directory) throws IOException {
            return files.list(directory);
        }

        @Override
        public void createDirectories(String path) throws IOException {
            files.createDirectories(path);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            files.rename(from, to);
        }

        @Override
        public void delete(String path) throws IOException {
            files.delete(path);
        }

        @Override
        public void syncDirectory(String path) throws IOException {
            files.syncDirectory(path);
        }

        @Override
        public long freeBytes() throws IOException {
            return files.freeBytes();
        }

        @Override
        public long totalBytes() throws IOException {
            return files.totalBytes();
        }

        @Override
        public void close() throws IOException {
            files.close();
        }
    }

    private boolean allowsDirectFiles() throws IOException {
        Path probe = Files.createFile(folder.resolve("probe"));
        try {
            FileChannel.open(probe, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)
                    .close();
            return true;
        } catch (IOException | UnsupportedOperationException refused) {
            return false;
        }
    }
}
