package io.concordkv.base;

/// Known bugs of this field that the simulator puts back on purpose, to show that it would catch
/// them. All are off unless a test or `concord simulate --known-bugs` turns one on; nothing else may.
public enum Flaw {
    VOTE_NOT_DURABLE_BEFORE_ANSWER,
    ACK_BEFORE_SYNC,
    OLD_TERM_COMMITTED_BY_COUNTING,
    STALE_READ_ROUND,
    NODE_FRAME_TAKEN_AS_READ_ROUND,
    TRUNCATION_LOST_IN_REPLAY,
    CONFIGURATION_LOST_IN_COMPACTION,
    DOUBLE_APPLY_AFTER_RESTART,
    IDEMPOTENCY_MISSING_IN_SNAPSHOT,
    REVISION_REUSED_AFTER_DELETE_AND_SNAPSHOT,
    READ_BEFORE_APPLY,
    VOLUME_WIPED_NAME_KEPT,
    REPEATED_BOOTSTRAP_WITH_WIPED_NODE,
    RECOVERED_FRAME_ACKED_BEFORE_SYNC,
    ROTTEN_LAST_FRAME_CUT_AS_TORN,
    SNAPSHOT_SWITCHED_BEFORE_WAL_RECORD,
    LOST_ACKNOWLEDGEMENT_TRUSTED;

    private static volatile boolean any;
    private volatile boolean on;

    public boolean isOn() {
        return any && on;
    }

    /// Runs `action` with this bug put back, and takes it out again whatever happens.
    public void runWith(Runnable action) {
        on = true;
        any = true;
        try {
            action.run();
        } finally {
            on = false;
            any = false;
        }
    }
}
