package io.concordkv.wire;

/// Names of ConcordKV's own headers.
public final class Headers {
    /// Name of the node that answers.
    public static final String NODE = "Concord-Node";

    public static final String SHARD = "Concord-Shard";

    /// HTTP address of the shard's leader, `host:port`.
    public static final String LEADER = "Concord-Leader";

    public static final String REVISION = "Concord-Revision";
    public static final String CREATE_REVISION = "Concord-Create-Revision";

    /// Writes since the key was created; 1 = as created.
    public static final String VERSION = "Concord-Version";

    /// Time to live left, as a duration.
    public static final String EXPIRES_IN = "Concord-Expires-In";

    /// Upper bound of a weaker read's age: `<n>ms` or `unknown`.
    public static final String STALENESS = "Concord-Staleness";

    /// `never`: a node that does not lead the shard must not forward.
    public static final String FORWARD = "Concord-Forward";

    /// The caller's topology epoch.
    public static final String EPOCH = "Concord-Epoch";

    /// `1` on a POST without a body.
    public static final String REQUEST = "Concord-Request";

    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private Headers() {}
}
