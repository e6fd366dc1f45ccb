package io.concordkv.shard.replica;

import io.concordkv.base.DecodeException;
import io.concordkv.base.Flaw;
import io.concordkv.base.NodeId;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskFullException;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.Input;
import io.concordkv.shard.apply.StateMachine;
import io.concordkv.shard.apply.StateMachineFactory;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.snapshot.SnapshotFolder;
import io.concordkv.shard.snapshot.SnapshotHeader;
import io.concordkv.shard.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Pulls a snapshot from the leader and installs it in the order of SAFETY S6: write aside, check, sync,
/// one synced WAL record, switch, delete the old one. One at a time.
///
/// What a broken transfer brought stays on the disk, with its checksum in memory. When the same snapshot of the same
/// replica is offered again the bytes there are checked, and the transfer goes on behind them.
final class SnapshotReceiver {
    private static final long SILENCE_NANOS = 1_000_000_000L;
    private static final int SILENCES_MAX = 5;

    private final Replica replica;
    private final ReplicaEnvironment environment;
    private final GroupLog log;
    private final StateMachineFactory factory;
    private @Nullable Incoming incoming;
    /// What a transfer that broke left.
    private @Nullable Incoming broken;
    private @Nullable String lastFailure;

    /// The snapshot under way. Pulls one chunk after the other.
    private static final class Incoming {
        final NodeId node;
        final BulkFrame.SnapshotOffer offer;
        final SnapshotHeader header;
        long offset;
        CRC32C checksum = new CRC32C();
        long heardNanos;
        int silences;
        boolean busy;

        Incoming(NodeId node, BulkFrame.SnapshotOffer offer, SnapshotHeader header, long now) {
            this.node = node;
            this.offer = offer;
            this.header = header;
            this.heardNanos = now;
        }

        /// The same bytes from the same replica: its id and that of the snapshot are in the header.
        boolean isOfTheSame(BulkFrame.SnapshotOffer other) {
            return offset > 0
                    && offer.from().equals(other.from())
                    && offer.bytes() == other.bytes()
                    && Arrays.equals(offer.header(), other.header());
        }
    }

    SnapshotReceiver(Replica replica, ReplicaEnvironment environment, GroupLog log, StateMachineFactory factory) {
        this.replica = replica;
        this.environment = environment;
        this.log = log;
        this.factory = factory;
    }

    void offered(NodeId from, BulkFrame.SnapshotOffer offer) {
        if (offer.term() < replica.core().term()) {
            return;
        }
        SnapshotHeader header;
        try {
            header = SnapshotHeader.decode(offer.header());
        } catch (DecodeException e) {
            refuse(from, offer, "unknown");
            return;
        }
        if (header.position().index() <= replica.machine().applied().index()) {
            environment.postBulk(from, done(offer, header.id(), true));
            return;
        }
        Incoming present = incoming;
        if (present != null) {
            boolean isUnderWay = present.header.id().equals(header.id()) && present.offset == 0;
            if (present.busy || isUnderWay) {
                return;
            }
        }
        Incoming one = new Incoming(from, offer, header, environment.clock().nanos());
        incoming = one;
        Incoming before = broken != null ? broken : present;
        broken = null;
        if (before != null && before.isOfTheSame(offer)) {
            resume(one, before);
        } else if (before != null) {
            discard(before, one);
        } else {
            pull(one);
        }
    }

    /// Checks what is there; whatever is wrong with it, the transfer begins anew.
    private void resume(Incoming one, Incoming before) {
        one.busy = true;
        replica.snapshots().files().submit(() -> checksum(one, before.offset), new Background.Done<CRC32C>() {
            @Override
            public void succeeded(CRC32C found) {
                if (found.getValue() == before.checksum.getValue()) {
                    one.offset = before.offset;
                    one.checksum = before.checksum;
                    environment.snapshotTraffic().resumedAt(one.offset);
                }
                go(one);
            }

            @Override
            public void failed(Exception cause) {
                lastFailure = "what was there of it cannot be read: " + cause.getMessage();
                go(one);
            }
        });
    }

    /// Another snapshot is offered than the one that broke: its part is of no use.
    private void discard(Incoming before, Incoming one) {
        one.busy = true;
        replica.snapshots().files().submit(() -> discarded(before), new Background.Done<Boolean>() {
            @Override
            public void succeeded(Boolean done) {
                go(one);
            }

            @Override
            public void failed(Exception cause) {
                lastFailure = "cannot remove a part of a snapshot: " + cause.getMessage();
                go(one);
            }
        });
    }

    private boolean discarded(Incoming before) throws IOException {
        folder().discard(before.header.id());
        return true;
    }

    private void go(Incoming one) {
        one.busy = false;
        if (incoming != one) {
            return;
        }
        one.heardNanos = environment.clock().nanos();
        if (one.offset >= one.offer.bytes()) {
            load(one);
        } else {
            pull(one);
        }
    }

    private CRC32C checksum(Incoming one, long length) throws IOException {
        CRC32C checksum = new CRC32C();
        byte[] bytes = new byte[environment.options().snapshots().chunkBytes()];
        try (DiskFile file = environment.disk().open(folder().part(one.header.id()))) {
            for (long at = 0; at < length; ) {
                int wanted = (int) Math.min(bytes.length, length - at);
                int got = file.read(ByteBuffer.wrap(bytes, 0, wanted), at);
                if (got <= 0) {
                    break; // shorter than it was: the checksum tells
                }
                checksum.update(bytes, 0, got);
                at += got;
            }
        }
        return checksum;
    }

    private void pull(Incoming one) {
        environment.postBulk(
                one.node,
                new BulkFrame.SnapshotPull(
                        replica.shard(), replica.id(), one.offer.from(), one.header.id(), one.offset));
    }

    void received(NodeId from, BulkFrame.SnapshotChunk chunk) {
        Incoming one = incoming;
        if (one == null || one.busy || !one.header.id().equals(chunk.id()) || chunk.offset() != one.offset) {
            return;
        }
        one.heardNanos = environment.clock().nanos();
        one.silences = 0;
        if (chunk.bytes().length == 0) {
            fail(one, "the sender's file is shorter than it said");
            return;
        }
        one.busy = true;
        replica.snapshots().files().submit(() -> append(one, chunk.bytes()), new Background.Done<Long>() {
            @Override
            public void succeeded(Long offset) {
                one.busy = false;
                one.offset = offset;
                one.checksum.update(chunk.bytes());
                if (incoming != one) {
                    return;
                }
                if (offset >= one.offer.bytes()) {
                    load(one);
                } else {
                    pull(one);
                }
            }

            @Override
            public void failed(Exception cause) {
                one.busy = false;
                fail(one, String.valueOf(cause.getMessage()));
            }
        });
    }

    private long append(Incoming one, byte[] bytes) throws IOException {
        SnapshotFolder folder = folder();
        folder.create();
        String part = folder.part(one.header.id());
        if (one.offset == 0 && environment.disk().exists(part)) {
            environment.disk().delete(part);
        }
        try (DiskFile file = one.offset == 0
                ? environment.disk().create(part)
                : environment.disk().open(part)) {
            file.write(ByteBuffer.wrap(bytes), one.offset);
        } catch (DiskFullException full) {
            folder.discard(one.header.id()); // a transfer that wants to go on behind it finds nothing
            throw full;
        }
        return one.offset + bytes.length;
    }

    private SnapshotFolder folder() {
        return new SnapshotFolder(environment.disk(), replica.shard());
    }

    /// Everything is here: check it while loading it into a new state machine, then sync and name it.
    private void load(Incoming one) {
        one.busy = true;
        replica.snapshots().files().submit(() -> loadMachine(one), new Background.Done<StateMachine>() {
            @Override
            public void succeeded(StateMachine machine) {
                one.busy = false;
                if (incoming != one || replica.isClosed()) {
                    machine.close();
                    return;
                }
                install(one, machine);
            }

            @Override
            public void failed(Exception cause) {
                one.busy = false;
                one.offset = 0; // what came is of no use
                fail(one, String.valueOf(cause.getMessage()));
            }
        });
    }

    private StateMachine loadMachine(Incoming one) throws IOException {
        SnapshotFolder folder = folder();
        String part = folder.part(one.header.id());
        StateMachine machine = factory.create();
        boolean loaded = false;
        try {
            SnapshotHeader header = SnapshotReader.read(environment.disk(), part, machine::loadRow);
            machine.loaded(header.position());
            try (DiskFile file = environment.disk().open(part)) {
                file.sync();
            }
            folder.complete(one.header.id());
            loaded = true;
            return machine;
        } finally {
            if (!loaded) {
                machine.close();
            }
        }
    }

    private void install(Incoming one, StateMachine machine) {
        SnapshotHeader header = one.header;
        if (header.position().index() <= replica.machine().applied().index()) {
            machine.close();
            finish(one, true);
            return;
        }
        Configuration configuration = ConfigurationCodec.decode(header.configuration());
        boolean logReset = !replica.core().contains(header.position());
        Input.SnapshotInstalled input = new Input.SnapshotInstalled(
                header.position(),
                configuration,
                header.configurationIndex(),
                one.offer.from(),
                one.offer.term(),
                logReset);
        if (Flaw.SNAPSHOT_SWITCHED_BEFORE_WAL_RECORD.isOn()) {
            switchTo(one, machine, input);
        }
        replica.freeze();
        long sequence = log.snapshotInstalled(
                header.id(), header.position(), header.configuration(), header.configurationIndex(), logReset);
        environment.whenDurable(sequence, () -> {
            if (replica.isClosed()) {
                machine.close();
            } else if (Flaw.SNAPSHOT_SWITCHED_BEFORE_WAL_RECORD.isOn()) {
                replica.thaw(null, null);
            } else {
                switchTo(one, machine, input);
            }
        });
    }

    private void switchTo(Incoming one, StateMachine machine, Input.SnapshotInstalled input) {
        replica.thaw(machine, input);
        replica.snapshots().stored(one.header, one.offer.bytes());
        finish(one, true);
    }

    private void finish(Incoming one, boolean installed) {
        incoming = null;
        environment.postBulk(one.node, done(one.offer, one.header.id(), installed));
    }

    private void fail(Incoming one, String reason) {
        if (incoming == one) {
            incoming = null;
            broken = one;
            refuse(one.node, one.offer, one.header.id());
        }
        lastFailure = reason;
    }

    /// Why the last transfer was given up; null when none was.
    @Nullable
    String lastFailure() {
        return lastFailure;
    }

    private void refuse(NodeId node, BulkFrame.SnapshotOffer offer, String id) {
        environment.postBulk(node, done(offer, id, false));
    }

    private BulkFrame.SnapshotDone done(BulkFrame.SnapshotOffer offer, String id, boolean installed) {
        return new BulkFrame.SnapshotDone(replica.shard(), replica.id(), offer.from(), id, installed);
    }

    /// Asks again for a chunk that did not come, and gives up when the sender is silent.
    void sweep(long now) {
        Incoming one = incoming;
        if (one == null || one.busy || now - one.heardNanos < SILENCE_NANOS) {
            return;
        }
        one.heardNanos = now;
        if (++one.silences > SILENCES_MAX) {
            fail(one, "the sender does not answer");
        } else {
            pull(one);
        }
    }

    boolean isReceiving() {
        return incoming != null;
    }

    void close() {
        incoming = null;
    }
}
