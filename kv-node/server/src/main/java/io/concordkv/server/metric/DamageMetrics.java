package io.concordkv.server.metric;

import io.concordkv.node.Membership;
import io.concordkv.shard.host.Scrubber;
import io.concordkv.shard.replica.Replica;

/// What the search for damage did and found (SAFETY S10).
final class DamageMetrics {
    private DamageMetrics() {}

    static void write(Families to, Membership member) {
        long taken = 0;
        long givenUp = 0;
        for (Replica replica : member.host().replicas()) {
            taken += replica.hashes().taken();
            givenUp += replica.hashes().givenUp();
        }
        to.gauge(
                "shards_damaged",
                "Shards whose replica here cannot be trusted, or leads others that hold something else",
                member.damagedShards().size());
        to.counter(
                "state_hashes", "Hashes of the replicas' state that their logs asked for", taken, "outcome", "taken");
        to.counter(
                "state_hashes",
                "Hashes of the replicas' state that their logs asked for",
                givenUp,
                "outcome",
                "given-up");
        to.counter(
                "state_hashes_differing",
                "Replicas that leaders here found not to hold what most replicas of the shard hold",
                member.duties().hashes().differing());
        Scrubber scrubber = member.duties().scrubber();
        to.counter("wal_scrub_blocks", "Blocks of the log read in search of rot", scrubber.blocks());
        to.counter("wal_scrub_bad_blocks", "Blocks of the log found rotten", scrubber.badBlocks());
        to.counter("wal_scrub_passes", "Times the whole log was read in search of rot", scrubber.passes());
        to.gauge(
                "wal_scrub_pass_ended_seconds",
                "When the whole log had been read last, since 1970; 0 before the first time",
                scrubber.passEndedMillis() / 1e3);
    }
}
