package io.concordkv.shard.apply;

/// One command's effect on revisions: the first thing it changes takes the next one, everything it
/// changes shares it, and a command without effect takes none (SAFETY S1).
final class Change {
    private final ShardMeta meta;
    private final RevisionRule rule;
    private final long timeMillis;
    private long revision;

    Change(ShardMeta meta, RevisionRule rule, long timeMillis) {
        this.meta = meta;
        this.rule = rule;
        this.timeMillis = timeMillis;
    }

    long revision() {
        if (revision == 0) {
            revision = rule.next(meta.lastRevision, timeMillis);
        }
        return revision;
    }

    long revisionOrZero() {
        return revision;
    }

    void finish() {
        if (revision != 0) {
            meta.lastRevision = revision;
        }
    }
}
