package io.concordkv.node.identity;

import io.concordkv.base.NodeId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The end of a volume's life as one node, and its next as an empty one (SAFETY I6). What the node held moves to
/// `retired-<node id>/`, which is deleted when its successor here serves. Blocking.
///
/// The file `retiring` holds the node id as text, is synced first and deleted last: a start that finds it goes on
/// where the one before stopped.
public final class Retirement {
    private static final String MARKER = "retiring";
    private static final String PREFIX = "retired-";
    private static final List<String> HELD = List.of("identity", "identity.new", "wal", "shards", "snapshots");
    private static final List<String> FOLDERS = List.of("wal", "shards", "snapshots");
    private static final int ID_BYTES_MAX = 20;

    private Retirement() {}

    /// The node with this id does not start any more from here; the next start finds an empty volume.
    public static void begin(Disk disk, NodeId node) throws IOException {
        if (disk.exists(MARKER)) {
            return;
        }
        try (DiskFile file = disk.create(MARKER)) {
            file.write(ByteBuffer.wrap(node.toString().getBytes(StandardCharsets.US_ASCII)), 0);
            file.sync();
        }
        disk.syncDirectory("");
    }

    /// At a start, before anything else is read.
    public static void finish(Disk disk) throws IOException {
        if (!disk.exists(MARKER)) {
            return;
        }
        String folder = PREFIX + node(disk);
        disk.createDirectories(folder);
        for (String name : HELD) {
            if (disk.exists(name)) {
                disk.rename(name, folder + "/" + name);
            }
        }
        disk.syncDirectory(folder);
        disk.syncDirectory("");
        disk.delete(MARKER);
        disk.syncDirectory("");
    }

    private static String node(Disk disk) throws IOException {
        try (DiskFile file = disk.open(MARKER)) {
            byte[] bytes = new byte[(int) Math.min(file.size(), ID_BYTES_MAX)];
            file.read(ByteBuffer.wrap(bytes), 0);
            String text = new String(bytes, StandardCharsets.US_ASCII);
            return text.matches("[0-9]+") ? text : "unknown"; // torn before it was synced: nothing was promised yet
        }
    }

    /// Whether there is something of an earlier node.
    public static boolean isLeft(Disk disk) throws IOException {
        return disk.list("").stream().anyMatch(it -> it.startsWith(PREFIX));
    }

    /// Deletes what earlier nodes left here.
    public static void deleteLeft(Disk disk) throws IOException {
        for (String folder : disk.list("")) {
            if (folder.startsWith(PREFIX)) {
                for (String name : disk.list(folder)) {
                    deleteHeld(disk, folder + "/" + name, name);
                }
                disk.delete(folder);
            }
        }
        disk.syncDirectory("");
    }

    private static void deleteHeld(Disk disk, String path, String name) throws IOException {
        if (FOLDERS.contains(name)) {
            for (String child : disk.list(path)) {
                deleteHeld(disk, path + "/" + child, name.equals("snapshots") ? "shards" : child);
            }
        }
        disk.delete(path);
    }
}
