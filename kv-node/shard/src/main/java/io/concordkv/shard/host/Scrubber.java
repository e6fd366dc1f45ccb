package io.concordkv.shard.host;

import io.concordkv.base.ShardId;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.replica.Replica;
import io.concordkv.wal.WalScrub;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Reads the node's whole log again and again in the background, spread over the time it has for a pass, and damages
/// the replicas that a bad block touches (SAFETY S10, R3). On the loop; the reading is not.
public final class Scrubber {
    private static final int SLICE_BLOCKS = 64;
    private static final long GAP_NANOS_MAX = 10_000_000_000L;
    private static final long AGAIN_NANOS = 1_000_000_000L;

    private final ShardHost host;
    private final Consumer<String> warned;
    private final WalScrub scrub;
    private final TreeSet<String> known = new TreeSet<>();
    private boolean closed;
    private long blocks;
    private long passes;
    private long passEndedMillis;

    /// @param warned hears what a person should read in the log
    public Scrubber(ShardHost host, Consumer<String> warned) {
        this.host = host;
        this.warned = warned;
        this.scrub = host.wal().scrub();
    }

    public void start() {
        if (host.hostOptions().scrubNanos() > 0) {
            later(gap());
        }
    }

    private void later(long nanos) {
        host.loop().after(nanos, () -> {
            if (!closed) {
                slice();
            }
        });
    }

    /// So long between slices that a pass takes three quarters of its time: the rest is for what is late.
    private long gap() {
        long slices = scrub.blocks() / SLICE_BLOCKS + 1;
        return Math.min(GAP_NANOS_MAX, host.hostOptions().scrubNanos() / 4 * 3 / slices);
    }

    private void slice() {
        host.background().submit(() -> scrub.next(SLICE_BLOCKS), new Background.Done<WalScrub.Slice>() {
            @Override
            public void succeeded(WalScrub.Slice slice) {
                if (!closed) {
                    took(slice);
                    later(gap());
                }
            }

            @Override
            public void failed(Exception cause) {
                if (!closed) {
                    warned.accept("the log could not be searched for rot: " + cause.getMessage());
                    later(Math.max(AGAIN_NANOS, gap()));
                }
            }
        });
    }

    private void took(WalScrub.Slice slice) {
        blocks += slice.blocks();
        if (slice.endsPass()) {
            passes++;
            passEndedMillis = host.clock().wallMillis();
        }
        for (WalScrub.Bad bad : slice.bad()) {
            if (known.add(bad.place())) {
                warned.accept("rot in the log: " + bad.place()
                        + (bad.groups().isEmpty()
                                ? ", where nothing is that is still needed"
                                : ", which touches shards " + bad.groups()));
            }
            bad.groups().forEach(it -> damage(it, bad.place()));
        }
    }

    private void damage(ShardId shard, String place) {
        Optional<Replica> replica = host.find(shard);
        String reason = "rot in " + place;
        if (replica.isPresent()) {
            replica.get().damageForGood(reason);
        } else if (host.damaged().reason(shard).isEmpty()) {
            host.damaged().add(shard, reason);
        }
    }

    /// Blocks read.
    public long blocks() {
        return blocks;
    }

    /// Blocks found bad, each counted once.
    public long badBlocks() {
        return known.size();
    }

    /// Times the whole log was read.
    public long passes() {
        return passes;
    }

    /// Wall time of the end of the last pass, milliseconds since 1970; 0 before the first.
    public long passEndedMillis() {
        return passEndedMillis;
    }

    public void close() {
        closed = true;
    }
}
