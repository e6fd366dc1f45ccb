package io.concordkv.shard.apply;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.Bytes;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.ResultCodec;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers already given, by idempotency identity (SAFETY S4). Part of the state: every remembered
/// answer is a row, forgetting goes by shard time, and nothing is forgotten early.
///
/// A row's value: identity (blob), fingerprint (16 bytes), shard time when given (varint), result (blob).
final class IdempotencyMemory {
    static final long KEPT_MILLIS = 10 * 60 * 1000;
    static final int ENTRIES_MAX = 100_000;
    static final long BYTES_MAX = 16 << 20;
    private static final int OVERHEAD_BYTES = 64;

    /// All parts of requests with one key lie together: an identity begins with the key and its length.
    private final NavigableMap<Bytes, Remembered> byIdentity = new TreeMap<>();

    private final Deque<Remembered> byAge = new ArrayDeque<>(1);
    private long bytes;

    private record Remembered(Bytes identity, byte[] fingerprint, long givenAt, byte[] result, long number) {
        long bytes() {
            return (long) identity.length() + result.length + OVERHEAD_BYTES;
        }
    }

    /// The identity of one part of a request: the client's key and which part it is.
    static Bytes identity(Idempotency idempotency, long... part) {
        ByteWriter out = new ByteWriter(idempotency.key().length + 8);
        out.blob(idempotency.key());
        for (long each : part) {
            out.varint(each);
        }
        return Bytes.wrap(out.toByteArray());
    }

    /// @return the remembered answer, [CommandResult.Mismatch] when the identity was used for something
    ///     else, null when it is new
    @Nullable
    CommandResult find(Bytes identity, Idempotency idempotency) {
        Remembered found = byIdentity.get(identity);
        if (found == null) {
            return null;
        }
        return Arrays.equals(found.fingerprint, idempotency.fingerprint())
                ? ResultCodec.decode(found.result)
                : new CommandResult.Mismatch();
    }

    /// Whether the client's key is remembered, and for nothing of this request.
    boolean isOfAnotherRequest(Idempotency idempotency) {
        Bytes key = identity(idempotency);
        boolean known = false;
        for (Remembered each : byIdentity.tailMap(key, true).values()) {
            if (!each.identity.startsWith(key)) {
                break;
            }
            if (Arrays.equals(each.fingerprint, idempotency.fingerprint())) {
                return false;
            }
            known = true;
        }
        return known;
    }

    boolean isFull() {
        return byAge.size() >= ENTRIES_MAX || bytes >= BYTES_MAX;
    }

    /// Milliseconds of shard time until the oldest answer may be forgotten.
    long retryAfterMillis(long shardTime) {
        Remembered oldest = byAge.peekFirst();
        return oldest == null ? 0 : Math.max(1, oldest.givenAt + KEPT_MILLIS - shardTime);
    }

    void remember(Bytes identity, Idempotency idempotency, CommandResult result, ShardMeta meta, ApplySlice slice) {
        byte[] encoded = ResultCodec.encode(result);
        Remembered one =
                new Remembered(identity, idempotency.fingerprint(), meta.shardTime, encoded, meta.nextRemembered++);
        add(one);
        byte[] row = new ByteWriter(64 + encoded.length)
                .blob(identity.array())
                .raw(one.fingerprint)
                .varint(one.givenAt)
                .blob(encoded)
                .toByteArray();
        slice.put(Rows.rememberedKey(one.number), row);
    }

    void forget(long shardTime, ApplySlice slice) {
        Remembered oldest = byAge.peekFirst();
        while (oldest != null && oldest.givenAt + KEPT_MILLIS <= shardTime) {
            byAge.removeFirst();
            byIdentity.remove(oldest.identity);
            bytes -= oldest.bytes();
            slice.delete(Rows.rememberedKey(oldest.number));
            oldest = byAge.peekFirst();
        }
    }

    /// Takes one row of a snapshot; rows come in order of their number.
    void load(byte[] rowKey, byte[] row) {
        ByteReader in = new ByteReader(row);
        Bytes identity = Bytes.wrap(in.blob());
        byte[] fingerprint = in.raw(Idempotency.FINGERPRINT_BYTES);
        long givenAt = in.varint();
        add(new Remembered(identity, fingerprint, givenAt, in.blob(), Rows.bigEndian(rowKey, 2)));
    }

    private void add(Remembered one) {
        byIdentity.put(one.identity, one);
        byAge.addLast(one);
        bytes += one.bytes();
    }

    long bytes() {
        return bytes;
    }
}
