package io.concordkv.shard.snapshot;

import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import java.io.IOException;

/// Where a shard's snapshot files lie: `snapshots/<shard>/<id>.snap`, and `.part` while incomplete.
/// The methods that touch the disk block: background threads, or the start of the node.
public final class SnapshotFolder {
    private final Disk disk;
    private final String folder;

    public SnapshotFolder(Disk disk, ShardId shard) throws IOException {
        this.disk = disk;
        this.folder = "snapshots/" + shard;
        if (!disk.exists(folder)) {
            disk.createDirectories(folder);
            disk.syncDirectory("snapshots");
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

    /// Deletes every file but the named snapshot.
    public void keepOnly(String id) throws IOException {
        for (String name : disk.list(folder)) {
            if (!name.equals(id + ".snap")) {
                disk.delete(folder + "/" + name);
            }
        }
        disk.syncDirectory(folder);
    }
}
