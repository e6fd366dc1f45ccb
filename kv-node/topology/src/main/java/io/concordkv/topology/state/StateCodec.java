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
/// | `c`         | version 1, cluster (16), epoch, next keyspace, next shard, next replica (varints), reservation;
/// version 2 adds level, next move (varints), version 3 next node (varint) |
/// | `n` id (8)  | a node: version 1, fields in the order of [NodeRecord] without the standing; version 3 adds it at
/// the
/// end as one byte |
/// | `k` name    | a keyspace: version 1, fields in the order of [KeyspaceRecord]                 |
/// | `s` id (8)  | a shard: version 1, fields in the order of [ShardRecord] without the configuration's index; version
/// 2 adds it at the end |
/// | `m` id (8)  | a move: version 2, fields in the order of [MoveRecord], the phase as one byte  |
///
/// Version 2 is written only from level 2 on and version 3 from level 4 on, so that a node of the level before can read
/// what it is sent (SAFETY S9).
/// Ids in row keys are big-endian, so that rows sort; all else is little-endian or varint.
public final class StateCodec {
    private static final int VERSION = 1;
    private static final int VERSION_2 = 2;
    private static final int VERSION_3 = 3;
    private static final int LEVEL_OF_VERSION_3 = 4;
    private static final int ITEMS_MAX = 1 << 16;

    private StateCodec() {}

    /// All rows, sorted by key.
    public static SortedMap<byte[], byte[]> rows(ClusterState state) {
        SortedMap<byte[], byte[]> rows = new TreeMap<>(java.util.Arrays::compareUnsigned);
        rows.put(new byte[] {'c'}, cluster(state));
        state.nodes().values().forEach(it -> rows.put(key('n', it.id().value()), node(it)));
        state.keyspaces().values().forEach(it -> rows.put(key('k', it.name()), keyspace(it)));
        state.shards().values().forEach(it -> rows.put(key('s', it.id().value()), shard(it)));
        state.moves().values().forEach(it -> rows.put(key('m', it.id()), move(it)));
        return rows;
    }

    /// Takes one row into a state under construction.
    public static ClusterState add(ClusterState state, byte[] key, byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = in.u8();
        if (version < VERSION || version > VERSION_3) {
            throw new DecodeException("topology row version", "1..3", version);
        }
        SortedMap<NodeId, NodeRecord> nodes = new TreeMap<>(state.nodes());
        SortedMap<String, KeyspaceRecord> keyspaces = new TreeMap<>(state.keyspaces());
        SortedMap<ShardId, ShardRecord> shards = new TreeMap<>(state.shards());
        SortedMap<Long, MoveRecord> moves = new TreeMap<>(state.moves());
        ClusterState.NextIds next = state.next();
        switch (key[0]) {
            case 'c' -> {
                return cluster(state, in, version);
            }
            case 'n' -> {
                NodeRecord node = readNode(in);
                NodeRecord whole = version < VERSION_3 ? node : node.in(standing(in.u8()));
                nodes.put(node.id(), whole);
                next = next.after(node.id()); // rows before version 3 do not say it
            }
            case 'k' -> {
                KeyspaceRecord keyspace = readKeyspace(in);
                keyspaces.put(keyspace.name(), keyspace);
            }
            case 's' -> {
                ShardRecord shard = readShard(in, version);
                shards.put(shard.id(), shard);
            }
            case 'm' -> {
                MoveRecord move = readMove(in);
                moves.put(move.id(), move);
            }
            default -> throw new DecodeException("unknown topology row " + (char) key[0]);
        }
        return new ClusterState(
                state.cluster(),
                state.epoch(),
                state.level(),
                next,
                nodes,
                keyspaces,
                shards,
                moves,
                state.reservation());
    }

    private static ClusterState cluster(ClusterState state, ByteReader in, int version) {
        ClusterId cluster = new ClusterId(in.i64(), in.i64());
        long epoch = in.varint();
        long keyspace = in.varint();
        long shard = in.varint();
        long replica = in.varint();
        Optional<Reservation> reservation = reservation(in);
        int level = version == VERSION ? 1 : (int) in.varint();
        long move = version == VERSION ? 1 : in.varint();
        long node = version < VERSION_3 ? 1 : in.varint();
        return new ClusterState(
                cluster,
                epoch,
                level,
                new ClusterState.NextIds(keyspace, shard, replica, move, node),
                state.nodes(),
                state.keyspaces(),
                state.shards(),
                state.moves(),
                reservation);
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
        ByteWriter out = new ByteWriter(96).u8(version(state.level()));
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
        if (state.level() > 1) {
            out.varint(state.level()).varint(state.next().move());
        }
        if (version(state.level()) == VERSION_3) {
            out.varint(state.next().node());
        }
        return out.toByteArray();
    }

    private static int version(int level) {
        return level == 1 ? VERSION : level < LEVEL_OF_VERSION_3 ? VERSION_2 : VERSION_3;
    }

    private static Optional<Reservation> reservation(ByteReader in) {
        return in.u8() == 1
                ? Optional.of(new Reservation(new NodeId(in.varint()), in.text(), in.text(), in.varint()))
                : Optional.empty();
    }

    private static byte[] node(NodeRecord node) {
        ByteWriter out = new ByteWriter(128).u8(node.isMember() ? VERSION : VERSION_3);
        writeNode(out, node);
        return node.isMember()
                ? out.toByteArray()
                : out.u8(node.standing().ordinal()).toByteArray();
    }

    /// @throws DecodeException when there is no such standing
    public static NodeStanding standing(int number) {
        if (number >= NodeStanding.values().length) {
            throw new DecodeException("standing of a node", "0.." + (NodeStanding.values().length - 1), number);
        }
        return NodeStanding.values()[number];
    }

    /// A node's fields without version and standing, for commands that carry one.
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
                in.text(),
                NodeStanding.MEMBER);
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
        ByteWriter out = new ByteWriter(96).u8(shard.configurationIndex() == 0 ? VERSION : VERSION_2);
        out.varint(shard.id().value())
                .varint(shard.keyspace())
                .i64(shard.from())
                .i64(shard.to());
        out.varint(shard.epoch()).blob(ConfigurationCodec.encode(shard.configuration()));
        out.varint(shard.created().size());
        shard.created().forEach(it -> out.varint(it.value()));
        if (shard.configurationIndex() > 0) {
            out.varint(shard.configurationIndex());
        }
        return out.toByteArray();
    }

    private static byte[] move(MoveRecord move) {
        return new ByteWriter(96)
                .u8(VERSION_2)
                .varint(move.id())
                .varint(move.shard().value())
                .varint(move.from().value())
                .varint(move.fromReplica().value())
                .varint(move.to().value())
                .varint(move.toReplica().value())
                .u8(move.phase().ordinal())
                .varint(move.startedAt())
                .text(move.reason())
                .toByteArray();
    }

    private static MoveRecord readMove(ByteReader in) {
        return new MoveRecord(
                in.varint(),
                new ShardId(in.varint()),
                new NodeId(in.varint()),
                new ReplicaId(in.varint()),
                new NodeId(in.varint()),
                new ReplicaId(in.varint()),
                phase(in.u8()),
                in.varint(),
                in.text());
    }

    /// @throws DecodeException when there is no such phase
    public static MovePhase phase(int number) {
        if (number >= MovePhase.values().length) {
            throw new DecodeException("phase of a move", "0.." + (MovePhase.values().length - 1), number);
        }
        return MovePhase.values()[number];
    }

    private static ShardRecord readShard(ByteReader in, int version) {
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
        long index = version == VERSION ? 0 : in.varint();
        return new ShardRecord(id, keyspace, from, to, epoch, configuration, index, created);
    }
}
