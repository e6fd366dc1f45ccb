package io.concordkv.wire;

/// What a problem may say beside its code, in the order in which it is written.
public enum ProblemField {
    /// The allowed maximum, a number.
    LIMIT("limit"),
    /// What was found instead, a number.
    ACTUAL("actual"),
    /// The shard id, decimal text.
    SHARD("shard"),
    /// Ids of the shards a transaction touches.
    SHARDS("shards"),
    KEYSPACE("keyspace"),
    /// HTTP address of the leader, `host:port`.
    LEADER("leader"),
    /// The epoch in force, a number.
    EPOCH("epoch"),
    RETRY_AFTER_MS("retryAfterMs"),
    /// Methods of the path, for the `Allow` header.
    ALLOW("allow"),
    /// Keys a range delete had removed when it stopped, a number.
    DELETED("deleted"),
    /// Why an administrative call was refused, one text each.
    REASONS("reasons"),
    /// Number of an internal error; the log has the rest.
    ID("id");

    private final String text;

    ProblemField(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
