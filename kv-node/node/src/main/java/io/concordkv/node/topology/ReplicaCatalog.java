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

/// The descriptors of the replicas on this volume: files `shards/<shard>`, CRC32C (4 bytes), then a
/// [ShardDescriptor]. Blocking.
public final class ReplicaCatalog {
    private static final String FOLDER = "shards";

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

    public SortedMap<ShardId, ShardDescriptor> readAll() throws IOException {
        SortedMap<ShardId, ShardDescriptor> all = new TreeMap<>();
        for (String name : disk.list(FOLDER)) {
            if (!name.endsWith(".new")) {
                ShardDescriptor descriptor = read(FOLDER + "/" + name);
                all.put(descriptor.shard(), descriptor);
            }
        }
        return all;
    }

    private ShardDescriptor read(String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            byte[] bytes = new byte[(int) Math.min(file.size(), 1 << 16)];
            file.read(ByteBuffer.wrap(bytes), 0);
            ByteReader in = new ByteReader(bytes);
            int expected = in.i32();
            int found = Crc32c.of(bytes, 4, bytes.length - 4);
            if (expected != found) {
                throw new CorruptionException(new Origin(path, 0), "checksum", expected, found);
            }
            return ShardDescriptor.decode(in.raw(in.remaining()));
        } catch (DecodeException e) {
            throw new CorruptionException(
                    new Origin(path, 0), "descriptor", "a shard descriptor", String.valueOf(e.getMessage()));
        }
    }
}
