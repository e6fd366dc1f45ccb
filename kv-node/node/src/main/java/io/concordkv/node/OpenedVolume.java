package io.concordkv.node;

import io.concordkv.disk.Disk;
import io.concordkv.node.identity.IdentityException;
import io.concordkv.node.identity.IdentityFile;
import io.concordkv.node.identity.Retirement;
import io.concordkv.node.identity.VolumeIdentity;
import io.concordkv.node.topology.ReplicaCatalog;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalOptions;
import java.io.IOException;
import java.util.random.RandomGenerator;

/// A volume whose identity is accepted and whose log is recovered.
public record OpenedVolume(VolumeIdentity identity, IdentityFile file, Wal wal, ReplicaCatalog.Found replicas) {
    private static final String WAL_FOLDER = "wal";

    /// Formats a new volume or recovers an old one. Blocking; the caller closes the WAL.
    ///
    /// @throws IdentityException when identity and log do not belong together (SAFETY I5)
    public static OpenedVolume open(Disk disk, WalOptions options, RandomGenerator random) throws IOException {
        Retirement.finish(disk);
        IdentityFile file = new IdentityFile(disk);
        VolumeIdentity identity = file.readOrFormat(random);
        ReplicaCatalog.Found replicas = new ReplicaCatalog(disk).readAll();
        Wal wal = Wal.open(disk, WAL_FOLDER, options.forVolume(disk.totalBytes()), random);
        String logId = wal.recovery().logId().toString();
        if (identity.stage() == VolumeIdentity.Stage.FORMATTING) {
            identity = file.formatted(identity, logId);
        } else if (!identity.logId().equals(logId)) {
            wal.close();
            throw new IdentityException("the data folder's identity belongs to log " + identity.logId()
                    + ", but the log there is " + logId + ": files of two nodes were mixed");
        }
        return new OpenedVolume(identity, file, wal, replicas);
    }
}
