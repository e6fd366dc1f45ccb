package io.concordkv.server.config;

import io.concordkv.node.NodeSettings;
import io.concordkv.raft.RaftOptions;
import io.concordkv.shard.host.HostOptions;
import io.concordkv.shard.replica.ReplicaOptions;
import io.concordkv.shard.replica.SnapshotOptions;
import io.concordkv.wal.WalOptions;
import io.concordkv.wire.Durations;
import io.concordkv.wire.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Checks the settings all at once and turns them into what the modules take. A message names the
/// setting, what is allowed and what was found.
public final class ConfigCheck {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final long MIB = 1 << 20;
    private static final long MILLION = 1_000_000;
    private static final long MONTH_MILLIS = 30 * 86_400_000L;

    private final List<String> mistakes = new ArrayList<>();
    private final NodeConfig config;

    private ConfigCheck(NodeConfig config) {
        this.config = config;
    }

    /// @param version of this program
    /// @throws IllegalArgumentException that names every setting that is out of bounds
    public static NodeSettings check(NodeConfig config, String version) {
        return new ConfigCheck(config).settings(version);
    }

    private NodeSettings settings(String version) {
        if (!NAME.matcher(config.node().name()).matches()) {
            mistakes.add("concord.node.name: want 1 to 63 of a-z, 0-9 and -, got '"
                    + config.node().name() + "'");
        }
        port("concord.http.port", config.http().port());
        port("concord.admin.port", config.admin().port());
        port("concord.peer.port", config.peer().port());
        int segmentBytes = config.wal().segmentBytes();
        between("concord.wal.segment-bytes", segmentBytes, MIB, 1 << 30);
        if (segmentBytes % 4096 != 0) {
            mistakes.add("concord.wal.segment-bytes: want a multiple of 4096, got " + segmentBytes);
        }
        between("concord.wal.reserves", config.wal().reserves(), 1, 16);
        between("concord.wal.ballast-bytes", config.wal().ballastBytes(), 0, 1L << 36);
        between("concord.wal.low-bytes", config.wal().lowBytes(), MIB, 1L << 40);
        between(
                "concord.wal.enough-bytes",
                config.wal().enoughBytes(),
                config.wal().lowBytes(),
                1L << 41);
        between("concord.memory.memtable", config.memory().memtable(), 16 * MIB, 1L << 46);
        between("concord.memory.cache", config.memory().cache(), 0, 1L << 46);
        between("concord.snapshot.threshold-bytes", config.snapshot().thresholdBytes(), MIB, 1L << 40);
        between("concord.snapshot.transfers", config.snapshot().transfers(), 1, 1_000);
        between("concord.snapshot.link-transfers", config.snapshot().linkTransfers(), 1, 1_000);
        between("concord.snapshot.bytes-a-second", config.snapshot().bytesASecond(), MIB, 1L << 40);
        between("concord.snapshot.link-bytes-a-second", config.snapshot().linkBytesASecond(), MIB, 1L << 40);
        between("concord.limits.value-bytes", config.limits().valueBytes(), 1, MIB);
        between("concord.limits.proposals", config.limits().proposals(), 1, 1_000_000);
        between("concord.limits.call-bytes", config.limits().callBytes(), 8 * MIB, 1L << 36);
        between("concord.limits.connections", config.limits().connections(), 1, 1_000_000);
        long heartbeat = duration("concord.raft.heartbeat", config.raft().heartbeat(), 10, 10_000);
        long election = duration("concord.raft.election", config.raft().election(), 100, 60_000);
        long hashEvery = duration("concord.search.hash-every", config.search().hashEvery(), 0, MONTH_MILLIS);
        long scrubWithin =
                duration("concord.search.scrub-within", config.search().scrubWithin(), 0, MONTH_MILLIS);
        if (heartbeat * 2 > election && mistakes.isEmpty()) {
            mistakes.add("concord.raft.election: want at least twice concord.raft.heartbeat (" + heartbeat + "ms), got "
                    + election + "ms");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
        String host = config.advertise().filter(it -> !it.isBlank()).orElse(config.bind());
        return new NodeSettings(
                config.node().name(),
                config.zone().orElse(""),
                host + ":" + config.peer().port(),
                host + ":" + config.http().port(),
                host + ":" + config.admin().port(),
                version,
                config.memory().memtable(),
                hostOptions(heartbeat, election, hashEvery, scrubWithin),
                walOptions());
    }

    private WalOptions walOptions() {
        NodeConfig.Wal wal = config.wal();
        return WalOptions.defaults()
                .withSegmentBytes(wal.segmentBytes())
                .withReserves(wal.reserves())
                .withBallastBytes(wal.ballastBytes())
                .withSpaceMarks(wal.lowBytes(), wal.enoughBytes());
    }

    private HostOptions hostOptions(long heartbeatMillis, long electionMillis, long hashMillis, long scrubMillis) {
        RaftOptions d = RaftOptions.DEFAULT;
        RaftOptions raft = new RaftOptions(
                electionMillis * MILLION,
                Math.max(1, electionMillis / 10) * MILLION,
                heartbeatMillis * MILLION,
                d.commitDelayNanos(),
                d.voteRetryNanosMin(),
                d.voteRetryNanosMax(),
                d.appendBytesMax(),
                d.inflightMessagesMax(),
                d.inflightBytesMax(),
                d.uncommittedBytesMax(),
                d.cacheBytesMax());
        ReplicaOptions r = ReplicaOptions.DEFAULT;
        ReplicaOptions replica = new ReplicaOptions(
                raft,
                config.limits().proposals(),
                r.proposalBytesMax(),
                r.readsMax(),
                config.snapshot().thresholdBytes(),
                r.logTailEntries(),
                r.applyEntriesMax(),
                r.applyBytesMax(),
                new SnapshotOptions(
                        r.snapshots().chunkBytes(),
                        config.snapshot().transfers(),
                        config.snapshot().linkTransfers(),
                        config.snapshot().bytesASecond(),
                        config.snapshot().linkBytesASecond()));
        long idleMillis = Math.max(heartbeatMillis, Math.min(3 * heartbeatMillis, electionMillis / 3));
        return new HostOptions(
                replica, heartbeatMillis * MILLION, idleMillis * MILLION, hashMillis * MILLION, scrubMillis * MILLION);
    }

    private void port(String name, int value) {
        between(name, value, 0, 65_535);
    }

    private void between(String name, long value, long min, long max) {
        if (value < min || value > max) {
            mistakes.add(name + ": want " + min + " to " + max + ", got " + value);
        }
    }

    private long duration(String name, String text, long min, long max) {
        try {
            return Durations.parseMillis(name, text, min, max);
        } catch (ProblemException e) {
            mistakes.add(e.problem().detail());
            return min;
        }
    }
}
