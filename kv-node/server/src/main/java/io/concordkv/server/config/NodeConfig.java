package io.concordkv.server.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// Every setting of a node (API §5). Read once at start; all of them want a restart.
@ConfigMapping(prefix = "concord")
public interface NodeConfig {
    Node node();

    Data data();

    Http http();

    Admin admin();

    Peer peer();

    /// Address the ports are bound to.
    @WithDefault("127.0.0.1")
    String bind();

    /// Host name or address by which others reach this node; the bound address when absent.
    Optional<String> advertise();

    /// Where the node stands; replicas are kept in different zones where that is possible.
    Optional<String> zone();

    Memory memory();

    Wal wal();

    Snapshot snapshot();

    Search search();

    Raft raft();

    Limits limits();

    Log log();

    Faults faults();

    /// Path of a hosts file that is read again when it changes; names in it win over the system's.
    Optional<String> hostsFile();

    /// Where the reason is written when the node stops itself.
    @WithDefault("/dev/termination-log")
    String terminationLog();

    /// Who this node is.
    interface Node {
        /// 1 to 63 characters of a-z, 0-9 and -.
        String name();
    }

    /// Where it keeps its data.
    interface Data {
        String dir();
    }

    /// The data port.
    interface Http {
        @WithDefault("8080")
        int port();
    }

    /// The admin port.
    interface Admin {
        @WithDefault("9000")
        int port();
    }

    /// The peer port.
    interface Peer {
        @WithDefault("7070")
        int port();
    }

    /// Memory outside the heap.
    interface Memory {
        /// What the engines of all shards may take together, in bytes.
        @WithDefault("1073741824")
        long memtable();

        /// What caches of blocks may take, in bytes; no engine has one yet.
        @WithDefault("0")
        long cache();
    }

    /// The write-ahead log.
    interface Wal {
        /// Soft size of a segment, in bytes; a multiple of 4096.
        @WithDefault("67108864")
        int segmentBytes();

        /// Segments held ready for a full disk, besides the active one.
        @WithDefault("2")
        int reserves();

        /// Held for a full disk: what flush and compaction get then, in bytes; at most 1/64 of the volume.
        @WithDefault("268435456")
        long ballastBytes();

        /// Free bytes below which puts are refused; at most 1/20 of the volume.
        @WithDefault("536870912")
        long lowBytes();

        /// Free bytes from which puts are taken again; at most 3/40 of the volume.
        @WithDefault("805306368")
        long enoughBytes();
    }

    /// Snapshots.
    interface Snapshot {
        /// Log bytes of a shard after which a snapshot is due.
        @WithDefault("16777216")
        long thresholdBytes();

        /// Snapshots this node sends at a time; more wait their turn.
        @WithDefault("4")
        int transfers();

        /// Of those, to one node.
        @WithDefault("2")
        int linkTransfers();

        /// What this node sends of snapshots, bytes a second.
        @WithDefault("67108864")
        long bytesASecond();

        /// Of that, to one node.
        @WithDefault("33554432")
        long linkBytesASecond();
    }

    /// The search for damage (SAFETY S10); 0s turns one kind off.
    interface Search {
        /// Interval at which the replicas of a shard compare hashes of their state.
        @WithDefault("10m")
        String hashEvery();

        /// Time within which the whole log is read once in the background.
        @WithDefault("1h")
        String scrubWithin();
    }

    /// Times of the groups.
    interface Raft {
        @WithDefault("100ms")
        String heartbeat();

        /// Silence after which a follower may campaign, before jitter of up to as long again.
        @WithDefault("1s")
        String election();
    }

    /// Bounds of the data port.
    interface Limits {
        /// Bytes of a value.
        @WithDefault("1048576")
        int valueBytes();

        /// Calls a shard keeps waiting before it answers 429.
        @WithDefault("20000")
        int proposals();

        /// What large bodies and answers may take together, in bytes of keys and values.
        @WithDefault("33554432")
        long callBytes();

        /// Connections of clients.
        @WithDefault("20000")
        int connections();
    }

    /// The log.
    interface Log {
        /// One JSON object a line.
        @WithDefault("false")
        boolean json();
    }

    /// Injected faults, for tests.
    interface Faults {
        @WithDefault("false")
        boolean enabled();
    }
}
