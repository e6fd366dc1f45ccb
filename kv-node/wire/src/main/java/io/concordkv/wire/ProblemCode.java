package io.concordkv.wire;

import static io.concordkv.wire.Executed.NO;
import static io.concordkv.wire.Executed.UNKNOWN;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The codes of API §3, each with its HTTP status, title and what holds unless a problem says otherwise.
/// Retryable means: the very same request can succeed a little later or at another node.
public enum ProblemCode {
    INVALID_ARGUMENT("invalid-argument", 400, false, NO, "Invalid argument"),
    INVALID_JSON("invalid-json", 400, false, NO, "Malformed JSON"),
    INVALID_CURSOR("invalid-cursor", 400, false, NO, "Invalid cursor"),
    FORBIDDEN("forbidden", 403, false, NO, "Forbidden"),
    KEY_NOT_FOUND("key-not-found", 404, false, NO, "Key not found"),
    KEYSPACE_NOT_FOUND("keyspace-not-found", 404, false, NO, "Keyspace not found"),
    NODE_NOT_FOUND("node-not-found", 404, false, NO, "Node not found"),
    SHARD_NOT_FOUND("shard-not-found", 404, false, NO, "Shard not found"),
    MOVE_NOT_FOUND("move-not-found", 404, false, NO, "Move not found"),
    NO_SUCH_PATH("no-such-path", 404, false, NO, "No such path"),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, false, NO, "Method not allowed"),
    NOT_ACCEPTABLE("not-acceptable", 406, false, NO, "Not acceptable"),
    REQUEST_TIMEOUT("request-timeout", 408, true, NO, "Request arrived too slowly"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, false, NO, "Unsupported media type"),
    READ_ONLY("read-only", 409, false, NO, "Read only"),
    ALREADY_BOOTSTRAPPED("already-bootstrapped", 409, false, NO, "Already bootstrapped"),
    KEYSPACE_EXISTS("keyspace-exists", 409, false, NO, "Keyspace exists and differs"),
    WOULD_LOSE_QUORUM("would-lose-quorum", 409, true, NO, "A shard would lose its quorum"),
    CONFLICTING_OPERATION("conflicting-operation", 409, true, NO, "Conflicting operation"),
    NOT_LEADER("not-leader", 409, true, NO, "Not the leader"),
    STALE_EPOCH("stale-epoch", 409, true, NO, "Stale epoch"),
    PRECONDITION_FAILED("precondition-failed", 412, false, NO, "Precondition failed"),
    VALUE_TOO_LARGE("value-too-large", 413, false, NO, "Value too large"),
    BATCH_TOO_LARGE("batch-too-large", 413, false, NO, "Batch too large"),
    BODY_TOO_LARGE("body-too-large", 413, false, NO, "Body too large"),
    KEY_TOO_LARGE("key-too-large", 414, false, NO, "Key too large"),
    LINE_TOO_LARGE("line-too-large", 414, false, NO, "Request line too large"),
    HEADERS_TOO_LARGE("headers-too-large", 431, false, NO, "Headers too large"),
    CROSS_SHARD_TRANSACTION("cross-shard-transaction", 422, false, NO, "Keys in several shards"),
    IDEMPOTENCY_MISMATCH("idempotency-mismatch", 422, false, NO, "Idempotency key used for another request"),
    TOO_MANY_OPERATIONS("too-many-operations", 422, false, NO, "Too many operations"),
    OVERLOADED("overloaded", 429, true, NO, "Overloaded"),
    INTERNAL("internal", 500, false, UNKNOWN, "Internal error"),
    NO_LEADER("no-leader", 503, true, NO, "No leader"),
    NOT_BOOTSTRAPPED("not-bootstrapped", 503, true, NO, "Not bootstrapped"),
    SHUTTING_DOWN("shutting-down", 503, true, NO, "Shutting down"),
    REPLICA_DAMAGED("replica-damaged", 503, true, NO, "Replica damaged"),
    OUTCOME_UNKNOWN("outcome-unknown", 503, true, UNKNOWN, "Outcome unknown"),
    /// A write that timed out after it left the queue is [Executed#UNKNOWN]: say so where it is made.
    TIMEOUT("timeout", 504, true, NO, "Timeout"),
    STORAGE_FULL("storage-full", 507, false, NO, "Storage full");

    private static final Map<String, ProblemCode> BY_TEXT = new HashMap<>();

    static {
        for (ProblemCode code : values()) {
            BY_TEXT.put(code.text, code);
        }
    }

    private final String text;
    private final int status;
    private final boolean retryable;
    private final Executed executed;
    private final String title;

    ProblemCode(String text, int status, boolean retryable, Executed executed, String title) {
        this.text = text;
        this.status = status;
        this.retryable = retryable;
        this.executed = executed;
        this.title = title;
    }

    public static Optional<ProblemCode> find(String text) {
        return Optional.ofNullable(BY_TEXT.get(text));
    }

    /// As it stands in JSON: `key-not-found`.
    public String text() {
        return text;
    }

    /// The HTTP status.
    public int status() {
        return status;
    }

    public boolean retryable() {
        return retryable;
    }

    public Executed executed() {
        return executed;
    }

    public String title() {
        return title;
    }

    /// The problem's `type`: `urn:concordkv:problem:<code>`.
    public String urn() {
        return "urn:concordkv:problem:" + text;
    }
}
