package io.concordkv.node.topology;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.CorruptionException;
import io.concordkv.base.Crc32c;
import io.concordkv.base.DecodeException;
import io.concordkv.base.Origin;
import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.shard.replica.ShardDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The descriptors of the replicas on this volume: files `shards/<shard>`, CRC32C (4 bytes), then a
/// [ShardDescriptor]. Blocking.
public final class ReplicaCatalog {
    private static final String FOLDER = "shards";
    /// Without those of an unfinished write, `<shard>.new`.
    private static final Pattern NAME = Pattern.compile("[0-9]{1,18}");

    private final Disk disk;

    public ReplicaCatalog(Disk disk) throws IOException {
        this.disk = disk;
        if (!disk.exists(FOLDER)) {
            disk.createDirectories(FOLDER);
            disk.syncDirectory("");
        }
    }

    /// Durable when this returns; an older descriptor of the shard is replaced.
    public void write(ShardDescriptor descriptor) throws IOException {
        byte[] payload = descriptor.encode();
        byte[] bytes = new ByteWriter(payload.length + 4)
                .i32(Crc32c.of(payload))
                .raw(payload)
                .toByteArray();
        String aside = FOLDER + "/" + descriptor.shard() + ".new";
        if (disk.exists(aside)) {
            disk.delete(aside);
        }
        try (DiskFile file = disk.create(aside)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
        disk.rename(aside, FOLDER + "/" + descriptor.shard());
        disk.syncDirectory(FOLDER);
    }

    public void delete(ShardId shard) throws IOException {
        if (disk.exists(FOLDER + "/" + shard)) {
            disk.delete(FOLDER + "/" + shard);
            disk.syncDirectory(FOLDER);
        }
    }

    /// What lies in the folder.
    ///
    /// @param descriptors those that can be read
    /// @param damaged     the others, with file, offset and reason: only their replicas suffer
    public record Found(SortedMap<ShardId, ShardDescriptor> descriptors, SortedMap<ShardId, String> damaged) {}

    /// Reads every file that is named as a shard.
    public Found readAll() throws IOException {
        Found found = new Found(new TreeMap<>(), new TreeMap<>());
        for (String name : disk.list(FOLDER)) {
            if (NAME.matcher(name).matches()) {
                ShardId shard = new ShardId(Long.parseLong(name));
                try {
                    found.descriptors.put(shard, read(shard));
                } catch (IOException e) {
                    found.damaged.put(shard, "its descriptor cannot be read: " + e.getMessage());
                }
            }
        }
        return found;
    }

    private ShardDescriptor read(ShardId shard) throws IOException {
        String path = FOLDER + "/" + shard;
        try (DiskFile file = disk.open(path)) {
            byte[] bytes = new byte[(int) Math.min(file.size(), 1 << 16)];
            file.read(ByteBuffer.wrap(bytes), 0);
            ByteReader in = new ByteReader(bytes);
            int expected = in.i32();
            int found = Crc32c.of(bytes, 4, bytes.length - 4);
            if (expected != found) {
                throw new CorruptionException(new Origin(path, 0), "checksum", expected, found);
            }
            ShardDescriptor descriptor = ShardDescriptor.decode(in.raw(in.remaining()));
            if (!descriptor.shard().equals(shard)) {
                throw new CorruptionException(new Origin(path, 0), "shard", shard, descriptor.shard());
            }
            return descriptor;
        } catch (DecodeException e) {
            throw new CorruptionException(
                    new Origin(path, 0), "descriptor", "a shard descriptor", String.valueOf(e.getMessage()));
        }
    }
}
