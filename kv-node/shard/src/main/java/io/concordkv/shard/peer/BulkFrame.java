package io.concordkv.shard.peer;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;

/// Frames of the bulk lane: version (1), kind (1), then the fields of the record, numbers as varints,
/// bytes as blobs.
public sealed interface BulkFrame {
    /// A question of one node to another.
    ///
    /// @param id            of the sender's choice, 64 bits: its incarnation in the upper half, a count in
    ///                      the lower; the reply names it
    /// @param service       who answers: see the constants of the node
    /// @param timeoutMillis how long the sender will wait; the receiver checks it (SAFETY F1)
    record Request(long id, int service, long timeoutMillis, byte[] body) implements BulkFrame {}

    /// @param body empty when the reply itself was lost: what was asked for may have been done
    record Reply(long id, byte[] body) implements BulkFrame {}

    /// A leader has a snapshot for a replica of the receiver, which may pull it.
    record SnapshotOffer(ShardId shard, ReplicaId from, ReplicaId to, long term, byte[] header, long bytes)
            implements BulkFrame {}

    /// Send me the bytes from `offset` on.
    record SnapshotPull(ShardId shard, ReplicaId from, ReplicaId to, String id, long offset) implements BulkFrame {}

    record SnapshotChunk(ShardId shard, ReplicaId from, ReplicaId to, String id, long offset, byte[] bytes)
            implements BulkFrame {}

    /// The receiver has installed the snapshot, or (installed = false) cannot.
    record SnapshotDone(ShardId shard, ReplicaId from, ReplicaId to, String id, boolean installed)
            implements BulkFrame {}

    static byte[] encode(BulkFrame frame) {
        ByteWriter out = new ByteWriter(64);
        out.u8(GroupFrameCodec.VERSION);
        switch (frame) {
            case Request(var id, var service, var timeout, var body) ->
                out.u8(FrameKind.REQUEST.code())
                        .varint(id)
                        .u8(service)
                        .varint(timeout)
                        .raw(body);
            case Reply(var id, var body) ->
                out.u8(FrameKind.REPLY.code()).varint(id).raw(body);
            case SnapshotOffer(var shard, var from, var to, var term, var header, var bytes) ->
                route(out.u8(FrameKind.SNAPSHOT_OFFER.code()), shard, from, to)
                        .varint(term)
                        .blob(header)
                        .varint(bytes);
            case SnapshotPull(var shard, var from, var to, var id, var offset) ->
                route(out.u8(FrameKind.SNAPSHOT_PULL.code()), shard, from, to)
                        .text(id)
                        .varint(offset);
            case SnapshotChunk(var shard, var from, var to, var id, var offset, var bytes) ->
                route(out.u8(FrameKind.SNAPSHOT_CHUNK.code()), shard, from, to)
                        .text(id)
                        .varint(offset)
                        .raw(bytes);
            case SnapshotDone(var shard, var from, var to, var id, var installed) ->
                route(out.u8(FrameKind.SNAPSHOT_DONE.code()), shard, from, to)
                        .text(id)
                        .u8(installed ? 1 : 0);
        }
        return out.toByteArray();
    }

    /// @param in behind version and kind
    /// @throws DecodeException when the frame cannot be right, or `kind` is none of the bulk lane
    static BulkFrame decode(FrameKind kind, ByteReader in) {
        return switch (kind) {
            case REQUEST -> new Request(in.varint(), in.u8(), in.varint(), in.raw(in.remaining()));
            case REPLY -> new Reply(in.varint(), in.raw(in.remaining()));
            case SNAPSHOT_OFFER ->
                new SnapshotOffer(shard(in), replica(in), replica(in), in.varint(), in.blob(), in.varint());
            case SNAPSHOT_PULL -> new SnapshotPull(shard(in), replica(in), replica(in), in.text(), in.varint());
            case SNAPSHOT_CHUNK ->
                new SnapshotChunk(shard(in), replica(in), replica(in), in.text(), in.varint(), in.raw(in.remaining()));
            case SNAPSHOT_DONE -> new SnapshotDone(shard(in), replica(in), replica(in), in.text(), in.u8() == 1);
            case GROUP_MESSAGES, NODE -> throw new DecodeException(kind + " does not belong on the bulk lane");
        };
    }

    private static ByteWriter route(ByteWriter out, ShardId shard, ReplicaId from, ReplicaId to) {
        return out.varint(shard.value()).varint(from.value()).varint(to.value());
    }

    private static ShardId shard(ByteReader in) {
        return new ShardId(in.varint());
    }

    private static ReplicaId replica(ByteReader in) {
        return new ReplicaId(in.varint());
    }
}
