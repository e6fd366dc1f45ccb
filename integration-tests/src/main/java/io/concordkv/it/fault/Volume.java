package io.concordkv.it.fault;

import io.concordkv.it.finding.NotRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A small ext4 file system in a file, mounted where a node keeps its data. Only inside [OwnNetwork], whose
/// mounts nobody else sees and which end with this program.
final class Volume implements AutoCloseable {
    private static final String FILLING = "filling";

    private final Path image;
    private final Path at;

    private Volume(Path image, Path at) {
        this.image = image;
        this.at = at;
    }

    /// @param bytes of the file system; the file takes what is used of it
    /// @throws NotRun where nothing may be mounted
    static Volume mount(Path at, long bytes) throws IOException, InterruptedException {
        if (!OwnNetwork.isInside()) {
            throw new NotRun("volumes of their own need Linux, root, unshare and nft");
        }
        Path image = at.resolveSibling(at.getFileName() + ".ext4");
        Files.createDirectories(at);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        Volume volume = new Volume(image, at);
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image.toString());
        volume.mount();
        run("rmdir", at.resolve("lost+found").toString());
        return volume;
    }

    private void mount() throws IOException, InterruptedException {
        run("mount", "-o", "loop", image.toString(), at.toString());
    }

    /// Takes all that is free, also what is kept for root.
    void fill() throws IOException, InterruptedException {
        FileStore store = Files.getFileStore(at);
        for (int i = 0; store.getUnallocatedSpace() > 4096 && i < 20; i++) {
            long bytes = Math.max(4096, store.getUnallocatedSpace() - (1L << i) * 4096);
            new ProcessBuilder(
                            "fallocate",
                            "-l",
                            Long.toString(bytes),
                            at.resolve(FILLING + i).toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(); // takes a little less next time when the file system wants blocks of its own
        }
    }

    long freeBytes() throws IOException {
        return Files.getFileStore(at).getUnallocatedSpace();
    }

    void free() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.deleteIfExists(at.resolve(FILLING + i));
        }
    }

    /// Every write and sync waits until [#thaw].
    void freeze() throws IOException, InterruptedException {
        run("fsfreeze", "-f", at.toString());
    }

    void thaw() throws IOException, InterruptedException {
        run("fsfreeze", "-u", at.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", List.of(command)) + ": " + said.strip());
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", at.toString());
        Files.delete(image);
    }
}
