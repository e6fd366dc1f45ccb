package io.concordkv.image.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The root file system of an image in a folder. Every file has the same whole-second time: the JVM
/// leaves a cache aside when a jar's time differs, and archives keep whole seconds only.
public final class StagedRoot {
    /// Of every file; a constant, so that a layer's bytes change only with its files.
    public static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private final Path folder;
    private final List<Placed> placed;

    private record Placed(Layer layer, String path, int permissions, int owner) {}

    private StagedRoot(Path folder, List<Placed> placed) {
        this.folder = folder;
        this.placed = placed;
    }

    public static StagedRoot in(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new StagedRoot(folder, new ArrayList<>());
    }

    public Path folder() {
        return folder;
    }

    /// Where a file of the image is in the folder.
    public Path at(String path) {
        return folder.resolve(path.substring(1));
    }

    /// Copies a file; its permissions become 755 when its owner may run it, else 644.
    ///
    /// @param path in the image, absolute
    public void copy(Layer layer, Path source, String path) throws IOException {
        Files.createDirectories(at(path).getParent());
        Files.copy(source, at(path), StandardCopyOption.REPLACE_EXISTING);
        own(layer, path);
    }

    public void write(Layer layer, String path, byte[] content) throws IOException {
        Files.createDirectories(at(path).getParent());
        Files.write(at(path), content);
        own(layer, path);
    }

    /// An empty directory to mount on or to write into.
    public void directory(Layer layer, String path, int permissions, int owner) throws IOException {
        Files.createDirectories(at(path));
        placed.add(new Placed(layer, path, permissions, owner));
        settle(at(path), permissions);
    }

    /// Takes a file in that something else has put at its place.
    public void own(Layer layer, String path) throws IOException {
        int permissions = Files.isExecutable(at(path)) && isRunnable(at(path)) ? StagedFile.PROGRAM : StagedFile.PLAIN;
        placed.add(new Placed(layer, path, permissions, StagedFile.ROOT));
        settle(at(path), permissions);
    }

    private static boolean isRunnable(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                        .charAt(2)
                == 'x';
    }

    /// The folder has no use for the bit that keeps users from deleting each other's files; archives have.
    private static void settle(Path file, int permissions) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int shift = 6; shift >= 0; shift -= 3) {
            int digit = permissions >> shift;
            text.append((digit & 4) != 0 ? 'r' : '-')
                    .append((digit & 2) != 0 ? 'w' : '-')
                    .append((digit & 1) != 0 ? 'x' : '-');
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(text.toString()));
        Files.setLastModifiedTime(file, FileTime.from(TIME));
    }

    /// The same files in a folder of another name; this one is gone.
    public StagedRoot moveTo(Path other) throws IOException {
        Files.move(folder, other);
        return new StagedRoot(other, placed);
    }

    /// Everything in the image, by layer and path.
    public List<StagedFile> files() {
        return placed.stream()
                .map(each -> new StagedFile(each.layer, each.path, at(each.path), each.permissions, each.owner))
                .sorted(Comparator.comparing(StagedFile::layer).thenComparing(StagedFile::path))
                .toList();
    }

    /// Bytes of a layer's files as they lie on a disk.
    public long bytes(Layer layer) throws IOException {
        long sum = 0;
        for (StagedFile file : files()) {
            if (file.layer() == layer && Files.isRegularFile(file.source(), LinkOption.NOFOLLOW_LINKS)) {
                sum += Files.size(file.source());
            }
        }
        return sum;
    }
}
