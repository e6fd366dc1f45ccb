package io.concordkv.shard.snapshot;

import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import java.io.IOException;
import java.util.function.Predicate;

/// Where a shard's snapshot files lie: `snapshots/<shard>/<id>.snap`, and `.part` while incomplete.
/// The methods that touch the disk block: background threads, or the start of the node.
public final class SnapshotFolder {
    private static final String FOLDERS = "snapshots";

    private final Disk disk;
    private final String folder;

    public SnapshotFolder(Disk disk, ShardId shard) {
        this.disk = disk;
        this.folder = FOLDERS + "/" + shard;
    }

    /// Whoever writes a file calls this before; durable when this returns.
    public void create() throws IOException {
        if (!disk.exists(folder)) {
            disk.createDirectories(folder);
            disk.syncDirectory(FOLDERS);
        }
    }

    public String file(String id) {
        return folder + "/" + id + ".snap";
    }

    public String part(String id) {
        return folder + "/" + id + ".part";
    }

    /// Makes a complete `.part` file the snapshot of that id; durable when this returns.
    public void complete(String id) throws IOException {
        disk.rename(part(id), file(id));
        disk.syncDirectory(folder);
    }

    /// Gives back the room of a `.part` file that could not be finished.
    public void discard(String id) throws IOException {
        if (disk.exists(part(id))) {
            disk.delete(part(id));
        }
    }

    /// Deletes every file but the named snapshot. Only while nothing else writes here: at the start.
    public void keepOnly(String id) throws IOException {
        delete(name -> !name.equals(id + ".snap"));
    }

    /// Deletes every file and the folder, if there is one. Only while nothing else writes here: of a replica
    /// that is closed, when its background work has ended.
    public void deleteAll() throws IOException {
        if (disk.exists(folder)) {
            delete(name -> true);
            disk.delete(folder);
            disk.syncDirectory(FOLDERS);
        }
    }

    /// Deletes what is older than the named snapshot; a newer one may be on its way and stays.
    public void deleteOlderThan(String id) throws IOException {
        long index = indexOf(id);
        delete(name -> indexOf(name) < index);
    }

    private void delete(Predicate<String> which) throws IOException {
        for (String name : disk.list(folder)) {
            if (which.test(name)) {
                disk.delete(folder + "/" + name);
            }
        }
        disk.syncDirectory(folder);
    }

    /// Names begin with the index of the last entry inside.
    private static long indexOf(String name) {
        return Long.parseLong(name.substring(0, name.indexOf('-')));
    }
}
