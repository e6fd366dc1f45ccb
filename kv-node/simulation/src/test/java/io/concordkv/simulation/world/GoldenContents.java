package io.concordkv.simulation.world;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.node.OpenedVolume;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.shard.apply.KvReader;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.StoredValue;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.wal.WalOptions;
import io.concordkv.wal.WalRecord;
import io.concordkv.wal.WalRecovery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// Everything volumes hold, as lines a person can read: first what the files say by themselves, then what
/// the cluster answers once it runs on them.
final class GoldenContents {
    private GoldenContents() {}

    /// What a start finds on copies of the volumes.
    static List<String> ofVolumes(SortedMap<String, SimulatedDisk> volumes) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, SimulatedDisk> volume : volumes.entrySet()) {
            SimulatedDisk disk = volume.getValue().copy(new SplittableRandom(2));
            OpenedVolume opened = OpenedVolume.open(disk, WalOptions.small(), new SplittableRandom(3));
            lines.add("volume " + volume.getKey() + " " + opened.identity().volume() + " "
                    + opened.identity().stage() + " node " + opened.identity().node() + " log "
                    + opened.identity().logId());
            lines.add("  founded by " + GoldenFrame.describe(opened.identity().body()));
            opened.replicas()
                    .descriptors()
                    .values()
                    .forEach(it -> lines.add("  descriptor " + GoldenFrame.describe(it)));
            recovery(lines, opened.wal().recovery());
            opened.wal().close();
            snapshots(lines, disk);
        }
        return lines;
    }

    private static void recovery(List<String> lines, WalRecovery found) {
        lines.add("  log " + found.logId() + " incarnation " + found.incarnation() + " damaged " + found.damaged()
                + " events " + found.events());
        found.groups().forEach((shard, group) -> {
            lines.add("  group " + shard + " replica " + group.replica() + " term " + group.term() + " vote "
                    + group.votedFor() + " commit " + group.commit() + " compacted " + group.compacted() + " last "
                    + group.lastIndex() + " terms " + group.termStarts() + " snapshot " + group.snapshotId());
            lines.add("    configuration of " + group.configurationIndex() + ": "
                    + GoldenFrame.describe(ConfigurationCodec.decode(group.configuration())));
        });
        for (Map.Entry<ShardId, ReplicaId> tombstone : found.tombstones().entrySet()) {
            lines.add("  tombstone of shard " + tombstone.getKey() + " below replica " + tombstone.getValue());
        }
        for (Map.Entry<NodeId, WalRecord.PeerSeen> peer : found.peers().entrySet()) {
            lines.add("  seen " + GoldenFrame.describe(peer.getValue()));
        }
    }

    private static void snapshots(List<String> lines, SimulatedDisk disk) throws IOException {
        for (String path : disk.files()) {
            if (path.startsWith("snapshots/")) {
                try (DiskFile file = disk.open(path)) {
                    byte[] bytes = new byte[(int) file.size()];
                    file.read(ByteBuffer.wrap(bytes), 0);
                    lines.add("  snapshot " + path + " " + bytes.length + " bytes crc32c "
                            + Integer.toHexString(io.concordkv.base.Crc32c.of(bytes)));
                }
            }
        }
    }

    /// What the running cluster answers.
    static List<String> ofCluster(GoldenWorld golden) {
        List<String> lines = new ArrayList<>();
        ClusterState state = golden.state();
        lines.add("cluster " + state.cluster() + " next keyspace " + state.nextKeyspace() + " shard "
                + state.nextShard() + " replica " + state.nextReplica() + " reservation " + state.reservation());
        state.nodes()
                .values()
                .forEach(it -> lines.add("node " + it.id() + " " + it.name() + " " + it.volume() + " peer " + it.peer()
                        + " http " + it.http()));
        for (KeyspaceRecord keyspace : state.keyspaces().values()) {
            lines.add("keyspace " + keyspace.id() + " " + keyspace.name() + " " + keyspace.engine() + " "
                    + keyspace.mode() + " " + keyspace.durability() + " x" + keyspace.replicationFactor() + " shards "
                    + keyspace.shards() + (keyspace.deleting() ? " deleting" : ""));
            for (ShardId shard : keyspace.shards()) {
                shard(lines, golden, state, shard);
            }
        }
        return lines;
    }

    private static void shard(List<String> lines, GoldenWorld golden, ClusterState state, ShardId shard) {
        lines.add("  shard " + shard + " from "
                + Long.toHexString(state.shard(shard).orElseThrow().from())
                + " replicas "
                + state.shard(shard).orElseThrow().configuration().members().stream()
                        .map(it -> it.replica() + "@" + it.node())
                        .collect(Collectors.joining(" ")));
        ShardCall all = new ShardCall.Page(new byte[] {0}, Optional.empty(), false, 10_000, 1 << 20);
        if (!(golden.call(1, shard, all) instanceof ShardAnswer.Page(KvReader.Page page)) || page.more()) {
            throw new AssertionError("shard " + shard + " gives no whole page");
        }
        for (KvReader.Item item : page.items()) {
            StoredValue it = item.value();
            lines.add("    " + GoldenFrame.describe(item.key()) + " = " + GoldenFrame.describe(it.value())
                    + " revision " + it.revision() + " created " + it.createRevision() + " version " + it.version()
                    + " expires " + it.expiresAt());
        }
    }
}
