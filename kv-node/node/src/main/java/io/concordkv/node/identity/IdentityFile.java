package io.concordkv.node.identity;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.Crc32c;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.VolumeId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The file `identity`: magic `CKID` (4 bytes), CRC32C of the rest (4), [VolumeIdentity]. Replaced as a
/// whole: written aside, synced, renamed, folder synced. Blocking.
public final class IdentityFile {
    private static final String NAME = "identity";
    private static final String ASIDE = "identity.new";
    private static final String WAL = "wal";
    private static final int MAGIC = 0x44494b43;
    private static final int HEAD_BYTES = 8;
    private static final long BYTES_MAX = 4 << 20;

    private final Disk disk;

    public IdentityFile(Disk disk) {
        this.disk = disk;
    }

    /// The identity of this volume; a folder without one is formatted: a new volume id is drawn.
    ///
    /// @throws IdentityException when identity and log do not lie there together (SAFETY I5), or the
    ///     file is damaged
    public VolumeIdentity readOrFormat(RandomGenerator random) throws IOException {
        if (!disk.exists(NAME)) {
            if (disk.exists(WAL)) {
                throw new IdentityException("the data folder holds a log but no identity file: it is not safe to start."
                        + " Restore the file, or empty the folder to start as a new node");
            }
            VolumeIdentity fresh = new VolumeIdentity(
                    VolumeIdentity.Stage.FORMATTING,
                    VolumeId.random(random),
                    "",
                    Optional.empty(),
                    NodeId.NONE,
                    Optional.empty());
            write(fresh);
            return fresh;
        }
        VolumeIdentity identity = read();
        if (identity.stage() == VolumeIdentity.Stage.FORMATTING) {
            removeLog();
        } else if (!disk.exists(WAL)) {
            throw new IdentityException("the data folder has the identity of volume " + identity.volume()
                    + " but no log: what it acknowledged is gone. Empty the folder to start as a new node");
        }
        return identity;
    }

    private void removeLog() throws IOException {
        if (disk.exists(WAL)) {
            for (String name : disk.list(WAL)) {
                disk.delete(WAL + "/" + name);
            }
        }
    }

    /// The log beside a volume in formatting is there now.
    public VolumeIdentity formatted(VolumeIdentity identity, String logId) throws IOException {
        VolumeIdentity formatted = identity.formatted(logId);
        write(formatted);
        return formatted;
    }

    /// Durable when this returns.
    public void write(VolumeIdentity identity) throws IOException {
        byte[] payload = identity.encode();
        byte[] bytes = new ByteWriter(payload.length + HEAD_BYTES)
                .i32(MAGIC)
                .i32(Crc32c.of(payload))
                .raw(payload)
                .toByteArray();
        if (disk.exists(ASIDE)) {
            disk.delete(ASIDE);
        }
        try (DiskFile file = disk.create(ASIDE)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
        disk.rename(ASIDE, NAME);
        disk.syncDirectory("");
    }

    private VolumeIdentity read() throws IOException {
        try (DiskFile file = disk.open(NAME)) {
            long size = file.size();
            if (size < HEAD_BYTES || size > BYTES_MAX) {
                throw new IdentityException("the identity file has " + size + " bytes: it is damaged");
            }
            byte[] bytes = new byte[(int) size];
            file.read(ByteBuffer.wrap(bytes), 0);
            ByteReader in = new ByteReader(bytes);
            if (in.i32() != MAGIC) {
                throw new IdentityException("the identity file does not begin with its magic: it is damaged");
            }
            if (in.i32() != Crc32c.of(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES)) {
                throw new IdentityException("the identity file's checksum is wrong: it is damaged");
            }
            return VolumeIdentity.decode(in.raw(in.remaining()));
        } catch (DecodeException e) {
            throw new IdentityException("the identity file cannot be read: " + e.getMessage(), e);
        }
    }
}
