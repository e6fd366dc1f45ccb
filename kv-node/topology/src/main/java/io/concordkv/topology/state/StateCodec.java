package io.concordkv.topology.state;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.ClusterId;
import io.concordkv.base.DecodeException;
import io.concordkv.base.KeyspaceId;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.raft.ConfigurationCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A [ClusterState] and its parts as bytes: rows of the topology group's snapshots.
///
/// | row key     | value                                                                          |
/// |-------------|--------------------------------------------------------------------------------|
/// | `c`         | version 1, cluster (16), epoch, next keyspace, next shard, next replica (varints), reservation |
/// | `n` id (8)  | a node: version 1, fields in the order of [NodeRecord]                         |
/// | `k` name    | a keyspace: version 1, fields in the order of [KeyspaceRecord]                 |
/// | `s` id (8)  | a shard: version 1, fields in the order of [ShardRecord]                       |
///
/// Ids in row keys are big-endian, so that rows sort; all else is little-endian or varint.
public final class StateCodec {
    private static final int VERSION = 1;
    private static final int ITEMS_MAX = 1 << 16;

    private StateCodec() {}

    /// All rows, sorted by key.
    public static SortedMap<byte[], byte[]> rows(ClusterState state) {
        SortedMap<byte[], byte[]> rows = new TreeMap<>(java.util.Arrays::compareUnsigned);
        rows.put(new byte[] {'c'}, cluster(state));
        state.nodes().values().forEach(it -> rows.put(key('n', it.id().value()), node(it)));
        state.keyspaces().values().forEach(it -> rows.put(key('k', it.name()), keyspace(it)));
        state.shards().values().forEach(it -> rows.put(key('s', it.id().value()), shard(it)));
        return rows;
    }

    /// Takes one row into a state under construction.
    public static ClusterState add(ClusterState state, byte[] key, byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("topology row version", "1", version);
        }
        SortedMap<NodeId, NodeRecord> nodes = new TreeMap<>(state.nodes());
        SortedMap<String, KeyspaceRecord> keyspaces = new TreeMap<>(state.keyspaces());
        SortedMap<ShardId, ShardRecord> shards = new TreeMap<>(state.shards());
        switch (key[0]) {
            case 'c' -> {
                return new ClusterState(
                        new ClusterId(in.i64(), in.i64()),
                        in.varint(),
                        in.varint(),
                        in.varint(),
                        in.varint(),
                        nodes,
                        keyspaces,
                        shards,
                        reservation(in));
            }
            case 'n' -> {
                NodeRecord node = readNode(in);
                nodes.put(node.id(), node);
            }
            case 'k' -> {
                KeyspaceRecord keyspace = readKeyspace(in);
                keyspaces.put(keyspace.name(), keyspace);
            }
            case 's' -> {
                ShardRecord shard = readShard(in);
                shards.put(shard.id(), shard);
            }
            default -> throw new DecodeException("unknown topology row " + (char) key[0]);
        }
        return new ClusterState(
                state.cluster(),
                state.epoch(),
                state.nextKeyspace(),
                state.nextShard(),
                state.nextReplica(),
                nodes,
                keyspaces,
                shards,
                state.reservation());
    }

    private static byte[] key(char family, long id) {
        byte[] key = new byte[9];
        key[0] = (byte) family;
        for (int i = 0; i < 8; i++) {
            key[1 + i] = (byte) (id >>> (56 - 8 * i));
        }
        return key;
    }

    private static byte[] key(char family, String name) {
        byte[] text = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] key = new byte[1 + text.length];
        key[0] = (byte) family;
        System.arraycopy(text, 0, key, 1, text.length);
        return key;
    }

    private static byte[] cluster(ClusterState state) {
        ByteWriter out = new ByteWriter(96).u8(VERSION);
        out.i64(state.cluster().high()).i64(state.cluster().low());
        out.varint(state.epoch())
                .varint(state.nextKeyspace())
                .varint(state.nextShard())
                .varint(state.nextReplica());
        out.u8(state.reservation().isPresent() ? 1 : 0);
        state.reservation()
                .ifPresent(it -> out.varint(it.node().value())
                        .text(it.purpose())
                        .text(it.owner())
                        .varint(it.incarnation()));
        return out.toByteArray();
    }

    private static Optional<Reservation> reservation(ByteReader in) {
        return in.u8() == 1
                ? Optional.of(new Reservation(new NodeId(in.varint()), in.text(), in.text(), in.varint()))
                : Optional.empty();
    }

    private static byte[] node(NodeRecord node) {
        return writeNode(new ByteWriter(128).u8(VERSION), node).toByteArray();
    }

    /// A node's fields without version, for commands that carry one.
    public static ByteWriter writeNode(ByteWriter out, NodeRecord node) {
        return out.varint(node.id().value())
                .text(node.name())
                .i64(node.volume().high())
                .i64(node.volume().low())
                .text(node.peer())
                .text(node.http())
                .text(node.admin())
                .text(node.zone())
                .varint(node.incarnation())
                .text(node.version());
    }

    public static NodeRecord readNode(ByteReader in) {
        return new NodeRecord(
                new NodeId(in.varint()),
                in.text(),
                new VolumeId(in.i64(), in.i64()),
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                in.varint(),
                in.text());
    }

    private static byte[] keyspace(KeyspaceRecord keyspace) {
        ByteWriter out = new ByteWriter(96).u8(VERSION);
        out.varint(keyspace.id().value()).text(keyspace.name()).text(keyspace.engine());
        out.u8(keyspace.mode() == KeyspaceMode.HASH ? 1 : 2).text(keyspace.durability());
        out.varint(keyspace.replicationFactor()).varint(keyspace.shards().size());
        keyspace.shards().forEach(it -> out.varint(it.value()));
        return out.u8(keyspace.deleting() ? 1 : 0).toByteArray();
    }

    private static KeyspaceRecord readKeyspace(ByteReader in) {
        KeyspaceId id = new KeyspaceId(in.varint());
        String name = in.text();
        String engine = in.text();
        KeyspaceMode mode = in.u8() == 1 ? KeyspaceMode.HASH : KeyspaceMode.SINGLE;
        String durability = in.text();
        int replicationFactor = (int) in.varint();
        int count = in.length(ITEMS_MAX);
        List<ShardId> shards = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            shards.add(new ShardId(in.varint()));
        }
        return new KeyspaceRecord(id, name, engine, mode, durability, replicationFactor, shards, in.u8() == 1);
    }

    private static byte[] shard(ShardRecord shard) {
        ByteWriter out = new ByteWriter(96).u8(VERSION);
        out.varint(shard.id().value())
                .varint(shard.keyspace())
                .i64(shard.from())
                .i64(shard.to());
        out.varint(shard.epoch()).blob(ConfigurationCodec.encode(shard.configuration()));
        out.varint(shard.created().size());
        shard.created().forEach(it -> out.varint(it.value()));
        return out.toByteArray();
    }

    private static ShardRecord readShard(ByteReader in) {
        ShardId id = new ShardId(in.varint());
        long keyspace = in.varint();
        long from = in.i64();
        long to = in.i64();
        long epoch = in.varint();
        var configuration = ConfigurationCodec.decode(in.blob());
        int count = in.length(ITEMS_MAX);
        SortedSet<ReplicaId> created = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            created.add(new ReplicaId(in.varint()));
        }
        return new ShardRecord(id, keyspace, from, to, epoch, configuration, created);
    }
}
