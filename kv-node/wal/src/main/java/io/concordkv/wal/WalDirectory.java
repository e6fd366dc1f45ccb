package io.concordkv.wal;

import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Names of the log's files.
///
/// | name                   | what                                                             |
/// |------------------------|------------------------------------------------------------------|
/// | `segment-<8 hex digits>` | a segment; its header is durable                               |
/// | `reserve-<8 hex digits>` | room for a segment, without meaning                            |
/// | `preparing`, `reserving` | a segment, a reserve being made; worthless after a crash       |
/// | `ballast`              | held for a full disk                                             |
/// | `last-reserve`         | a short reserve, taken when nothing else is left                 |
/// | `failed-sync`          | left by a process whose sync failed: [FailedSync]                |
final class WalDirectory {
    static final String PREPARING = "preparing";
    static final String RESERVING = "reserving";
    static final String BALLAST = "ballast";
    static final String LAST_RESERVE = "last-reserve";
    static final String FAILED_SYNC = "failed-sync";
    private static final String SEGMENT = "segment-";
    private static final String RESERVE = "reserve-";

    private final Disk disk;
    private final String path;

    WalDirectory(Disk disk, String path) {
        this.disk = disk;
        this.path = path;
    }

    Disk disk() {
        return disk;
    }

    String path(String name) {
        return DiskPath.join(path, name);
    }

    static String segment(long number) {
        return SEGMENT + String.format("%08x", number);
    }

    static String reserve(long number) {
        return RESERVE + String.format("%08x", number);
    }

    void create() throws IOException {
        disk.createDirectories(path);
    }

    /// Numbers of the segments, ascending; none when there is no directory.
    List<Integer> segments() throws IOException {
        return numbers(SEGMENT);
    }

    List<Integer> reserves() throws IOException {
        return numbers(RESERVE);
    }

    private List<Integer> numbers(String prefix) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        if (disk.exists(path)) {
            for (String name : disk.list(path)) {
                if (name.matches(prefix + "[0-7][0-9a-f]{7}")) {
                    numbers.add(Integer.parseInt(name.substring(prefix.length()), 16));
                }
            }
        }
        return numbers;
    }

    boolean exists(String name) {
        return disk.exists(path(name));
    }

    DiskFile open(String name) throws IOException {
        return disk.open(path(name));
    }

    DiskFile openForBlocks(String name) throws IOException {
        return disk.openForBlocks(path(name));
    }

    DiskFile create(String name) throws IOException {
        return disk.create(path(name));
    }

    void rename(String from, String to) throws IOException {
        disk.rename(path(from), path(to));
    }

    void delete(String name) throws IOException {
        disk.delete(path(name));
    }

    void deleteIfExists(String name) throws IOException {
        if (exists(name)) {
            delete(name);
        }
    }

    void sync() throws IOException {
        disk.syncDirectory(path);
    }
}
