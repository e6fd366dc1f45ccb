package io.concordkv.shard.replica;

import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskFullException;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.Input;
import io.concordkv.raft.Progress;
import io.concordkv.shard.apply.RowSource;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.snapshot.SnapshotFolder;
import io.concordkv.shard.snapshot.SnapshotHeader;
import io.concordkv.shard.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Takes snapshots when the log has grown, cuts the log behind them, and gives them to replicas that
/// are too far behind. One snapshot is taken at a time; the stored one is preferred as a source (S6).
public final class SnapshotKeeper {
    private static final long SILENCE_NANOS = 10_000_000_000L;
    private static final long FULL_PAUSE_NANOS = 5_000_000_000L;

    private final Replica replica;
    private final ReplicaEnvironment environment;
    private final GroupLog log;
    private final CountedBackground files;
    private final Map<ReplicaId, Transfer> transfers = new TreeMap<>();
    private @Nullable Stored stored;
    private boolean taking;
    private boolean isDue;
    private long notBeforeNanos = Long.MIN_VALUE;
    private long taken;
    private long bytesSent;

    /// A snapshot file that the WAL vouches for.
    public record Stored(SnapshotHeader header, long bytes) {}

    /// One to a member.
    ///
    /// @param node     that it counts against the quota of; [NodeId#NONE] while it waits for its turn
    /// @param position of the snapshot; null while that is being taken
    private record Transfer(NodeId node, @Nullable LogPosition position, long heardNanos) {
        boolean isWaiting() {
            return node.equals(NodeId.NONE);
        }

        Transfer heard(@Nullable LogPosition of, long now) {
            return new Transfer(node, of, now);
        }
    }

    SnapshotKeeper(Replica replica, ReplicaEnvironment environment, GroupLog log, Optional<Stored> stored) {
        this.replica = replica;
        this.environment = environment;
        this.log = log;
        this.files = new CountedBackground(environment.background());
        this.stored = stored.orElse(null);
    }

    /// Snapshots taken since the start.
    public long taken() {
        return taken;
    }

    /// Where all work on the replica's snapshot files runs, received ones included.
    CountedBackground files() {
        return files;
    }

    /// Of a closed replica: runs `rest` once nothing reads or writes its snapshot files any more.
    public void whenAtRest(Runnable rest) {
        files.whenAtRest(rest);
    }

    boolean isTaking() {
        return taking;
    }

    /// A snapshot is due or a transfer may fall silent.
    boolean isRestless() {
        return isDue || !transfers.isEmpty();
    }

    public long bytesSent() {
        return bytesSent;
    }

    /// The last entry of the stored snapshot.
    public LogPosition position() {
        Stored present = stored;
        return present == null ? LogPosition.BEFORE_FIRST : present.header().position();
    }

    void sweep(long now) {
        Stored present = stored;
        long due = Math.max(environment.options().snapshotThresholdBytes(), present == null ? 0 : present.bytes());
        isDue = log.bytes() > due;
        if (isDue && !environment.isTakingSnapshot()) {
            take();
        }
        for (ReplicaId to : transfers.keySet().toArray(new ReplicaId[0])) {
            Transfer transfer = transfers.get(to);
            if (transfer != null && transfer.isWaiting() && replica.isLeader() && isKnown(to)) {
                send(to);
            } else if (transfer != null && now - transfer.heardNanos > SILENCE_NANOS) {
                fail(to);
            }
        }
    }

    /// Takes a snapshot of what is applied now, unless one is under way or nothing is new.
    public void take() {
        LogPosition position = replica.machine().applied();
        if (taking
                || position.index() == 0
                || position.equals(position())
                || environment.clock().nanos() < notBeforeNanos) {
            return;
        }
        taking = true;
        ConfigurationAt configuration = replica.core().configurationAt(position.index());
        SnapshotHeader header = new SnapshotHeader(
                replica.shard(),
                replica.id(),
                position,
                ConfigurationCodec.encode(configuration.configuration()),
                configuration.index());
        RowSource rows = replica.machine().openRows();
        files.submit(() -> write(header, rows), new Background.Done<Long>() {
            @Override
            public void succeeded(Long bytes) {
                written(header, bytes);
            }

            @Override
            public void failed(Exception cause) {
                taking = false;
                if (cause instanceof DiskFullException) {
                    notBeforeNanos = environment.clock().nanos() + FULL_PAUSE_NANOS; // nothing is lost by waiting
                } else if (cause instanceof IOException) {
                    replica.damage("cannot write a snapshot: " + cause.getMessage());
                } // else the view ended early; the next sweep tries again
            }
        });
    }

    private long write(SnapshotHeader header, RowSource rows) throws IOException {
        SnapshotFolder folder = new SnapshotFolder(environment.disk(), header.shard());
        try (rows) {
            folder.create();
            long bytes = SnapshotWriter.write(environment.disk(), folder.part(header.id()), header, rows);
            folder.complete(header.id());
            return bytes;
        } catch (DiskFullException full) {
            folder.discard(header.id());
            throw full;
        }
    }

    /// The file is complete: the WAL says so before anything relies on it. While the record of a received
    /// snapshot is on its way, this older one is not recorded any more.
    private void written(SnapshotHeader header, long bytes) {
        if (replica.isClosed()
                || replica.isFrozen()
                || position().index() >= header.position().index()) {
            taking = false;
            return;
        }
        long sequence = log.snapshotInstalled(
                header.id(), header.position(), header.configuration(), header.configurationIndex(), false);
        environment.whenDurable(sequence, () -> {
            taking = false;
            if (replica.isClosed() || position().index() >= header.position().index()) {
                return;
            }
            taken++;
            stored(header, bytes);
            compact();
        });
    }

    /// The WAL vouches for this snapshot now; others of the shard may go.
    void stored(SnapshotHeader header, long bytes) {
        stored = new Stored(header, bytes);
        files.submit(() -> deleteOlder(header), new Background.Done<Boolean>() {
            @Override
            public void succeeded(Boolean done) {
                transfersOfStored();
            }

            @Override
            public void failed(Exception cause) {
                replica.damage("cannot remove an old snapshot: " + cause.getMessage());
            }
        });
    }

    private boolean deleteOlder(SnapshotHeader header) throws IOException {
        new SnapshotFolder(environment.disk(), header.shard()).deleteOlderThan(header.id());
        return true;
    }

    /// The WAL dropped the log below the stored snapshot; the core keeps a tail in memory that spares
    /// followers which are a little behind a whole snapshot.
    public void compact() {
        long snapshot = position().index();
        long tail = Math.max(0, snapshot - environment.options().logTailEntries());
        long upTo = replica.isLeader() ? snapshot : tail;
        for (Progress each : replica.core().progress()) {
            upTo = Math.min(upTo, Math.max(tail, each.match()));
        }
        compactTo(upTo);
    }

    /// Tells the core that entries up to `index`, at most the snapshot's, are gone.
    void compactTo(long index) {
        if (index >= replica.core().firstIndex()) {
            replica.step(new Input.Compacted(index));
        }
    }

    /// The core asks for a snapshot for a member whose next entry is gone.
    void send(ReplicaId to) {
        NodeId node = replica.nodeOf(to);
        end(to);
        boolean admitted = isKnown(to) && environment.snapshotTraffic().begin(node);
        transfers.put(
                to,
                new Transfer(
                        admitted ? node : NodeId.NONE, null, environment.clock().nanos()));
        if (!admitted) {
            return; // the next sweeps ask again
        }
        if (position().index() + 1 >= replica.core().firstIndex() && position().index() > 0) {
            offer(to);
        } else {
            take();
        }
    }

    private void transfersOfStored() {
        for (ReplicaId to : transfers.keySet().toArray(new ReplicaId[0])) {
            offer(to);
        }
    }

    private void offer(ReplicaId to) {
        Stored source = stored;
        Transfer transfer = transfers.get(to);
        if (source == null || transfer == null || transfer.isWaiting()) {
            return;
        }
        NodeId node = transfer.node;
        transfers.put(
                to,
                transfer.heard(source.header().position(), environment.clock().nanos()));
        boolean sent = environment.postBulk(
                node,
                new BulkFrame.SnapshotOffer(
                        replica.shard(),
                        replica.id(),
                        to,
                        replica.core().term(),
                        source.header().encode(),
                        source.bytes()));
        if (!sent) {
            end(to);
            environment.loop().execute(() -> replica.step(new Input.SnapshotFailed(to)));
        }
    }

    private @Nullable Transfer end(ReplicaId to) {
        Transfer transfer = transfers.remove(to);
        if (transfer != null && !transfer.isWaiting()) {
            environment.snapshotTraffic().end(transfer.node);
        }
        return transfer;
    }

    private boolean isKnown(ReplicaId to) {
        return !replica.nodeOf(to).equals(NodeId.NONE);
    }

    private void fail(ReplicaId to) {
        end(to);
        replica.step(new Input.SnapshotFailed(to));
    }

    /// The replica ends: what it was sending counts no more.
    void close() {
        List.copyOf(transfers.keySet()).forEach(this::end);
    }

    void pulled(NodeId from, BulkFrame.SnapshotPull pull) {
        Stored source = stored;
        Transfer transfer = transfers.get(pull.from());
        if (source == null || transfer == null || transfer.isWaiting()) {
            return;
        }
        if (!source.header().id().equals(pull.id())) {
            offer(pull.from());
            return;
        }
        transfers.put(
                pull.from(),
                transfer.heard(source.header().position(), environment.clock().nanos()));
        files.submit(() -> chunk(pull), new Background.Done<byte[]>() {
            @Override
            public void succeeded(byte[] bytes) {
                long wait = environment
                        .snapshotTraffic()
                        .delay(from, bytes.length, environment.clock().nanos());
                if (wait <= 0) {
                    chunk(from, pull, bytes);
                } else {
                    environment.loop().after(wait, () -> chunk(from, pull, bytes));
                }
            }

            @Override
            public void failed(Exception cause) {
                fail(pull.from());
            }
        });
    }

    private void chunk(NodeId to, BulkFrame.SnapshotPull pull, byte[] bytes) {
        if (transfers.containsKey(pull.from())) {
            bytesSent += bytes.length;
            environment.postBulk(
                    to,
                    new BulkFrame.SnapshotChunk(
                            replica.shard(), replica.id(), pull.from(), pull.id(), pull.offset(), bytes));
        }
    }

    private byte[] chunk(BulkFrame.SnapshotPull pull) throws IOException {
        String path = new SnapshotFolder(environment.disk(), replica.shard()).file(pull.id());
        try (DiskFile file = environment.disk().open(path)) {
            byte[] bytes = new byte[environment.options().snapshots().chunkBytes()];
            int got = file.read(ByteBuffer.wrap(bytes), pull.offset());
            return Arrays.copyOf(bytes, Math.max(0, got));
        }
    }

    void done(BulkFrame.SnapshotDone done) {
        Transfer transfer = end(done.from());
        if (transfer == null) {
            return;
        }
        LogPosition position = transfer.position;
        replica.step(
                done.installed() && position != null
                        ? new Input.SnapshotSent(done.from(), position)
                        : new Input.SnapshotFailed(done.from()));
    }
}
