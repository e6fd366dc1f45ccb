package io.concordkv.node.duty;

import io.concordkv.node.founding.FoundingTransport;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.shard.host.Scrubber;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.port.Beat;
import io.concordkv.topology.founding.FoundingBody;
import java.util.function.Consumer;

/// Runs what a node does by itself, on the loop: every 0.6 s.
public final class Duties {
    private static final long EVERY_NANOS = 600_000_000;

    private final ShardHost host;
    private final TopologyDesk desk;
    private final LeaderBalance balance;
    private final Reservations reservations;
    private final ExpiryDuty expiry;
    private final LevelDuty level;
    private final MoveDuty moves;
    private final HashDuty hashes;
    private final MembersDuty members;
    private final Scrubber scrubber;
    private long looks;
    private boolean closed;

    /// @param warned hears what a person should read in the log
    public Duties(
            ShardHost host,
            TopologyDesk desk,
            LeaderBalance balance,
            Reservations reservations,
            FoundingTransport transport,
            FoundingBody body,
            Consumer<String> warned) {
        this.host = host;
        this.desk = desk;
        this.balance = balance;
        this.reservations = reservations;
        this.expiry = new ExpiryDuty(host);
        this.level = new LevelDuty(host, desk);
        this.moves = new MoveDuty(host, desk);
        this.hashes = new HashDuty(host, warned);
        this.members = new MembersDuty(host, desk, transport, body);
        this.scrubber = new Scrubber(host, warned);
    }

    public void start() {
        scrubber.start();
        Beat.every(EVERY_NANOS, host.loop(), host.clock(), () -> {
            if (!closed) {
                look();
            }
            return !closed;
        });
    }

    /// One look at everything now.
    public void look() {
        balance.look(desk.state());
        expiry.look();
        reservations.endFulfilled();
        level.look(desk.state());
        moves.look(desk.state());
        if (looks++ % 2 == 0) {
            hashes.look(desk.state());
        }
        members.look(desk.state());
    }

    /// The search for replicas that differ.
    public HashDuty hashes() {
        return hashes;
    }

    /// The search for rot in the log.
    public Scrubber scrubber() {
        return scrubber;
    }

    public void close() {
        scrubber.close();
        closed = true;
    }
}
