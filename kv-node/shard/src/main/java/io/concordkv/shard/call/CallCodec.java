package io.concordkv.shard.call;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.shard.apply.KvReader;
import io.concordkv.shard.command.CommandCodec;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.ResultCodec;
import io.concordkv.shard.command.StoredValue;
import io.concordkv.shard.replica.ShardRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Forwarded calls and their answers as bytes (SAFETY F1).
///
/// A call: version (1), shard (varint), tag (1 write 2 get 3 get-many 4 page 5 count 6 relaxed), fields in the
/// order of the record; a write is the bytes of a [KvCommand] of time 0, whose real time the leader
/// sets: a single, batch, transaction or delete-range, or a close without an idempotency key. An answer: version (1),
/// tag (1 written 2 value 3 values 4 page 5 count 6 refused 7 aged), fields.
///
/// Relaxed, from level 5 on: 1 leader or 2 bounded and its milliseconds (varint), then tag and fields of the
/// read. Aged, only in answer to it: 0 when unknown, else milliseconds + 1 (varint), then tag and fields of
/// what was read.
public final class CallCodec {
    private static final int VERSION = 1;
    private static final int ITEMS_MAX = 10_000;

    private CallCodec() {}

    /// A call and the shard it is for.
    public record Addressed(ShardId shard, ShardCall call) {}

    public static byte[] encode(ShardId shard, ShardCall call) {
        ByteWriter out = new ByteWriter(128).u8(VERSION).varint(shard.value());
        write(out, call);
        return out.toByteArray();
    }

    private static void write(ByteWriter out, ShardCall call) {
        switch (call) {
            case ShardCall.Write(var body, var idempotency) ->
                out.u8(1).raw(CommandCodec.encode(new KvCommand(0, idempotency, body)));
            case ShardCall.Get(var key) -> out.u8(2).blob(key);
            case ShardCall.GetMany(var keys) -> {
                out.u8(3).varint(keys.size());
                keys.forEach(out::blob);
            }
            case ShardCall.Page(var start, var end, var reverse, var limit, var bytesMax) ->
                end(out.u8(4).blob(start), end)
                        .u8(reverse ? 1 : 0)
                        .varint(limit)
                        .varint(bytesMax);
            case ShardCall.Count(var start, var end, var max) ->
                end(out.u8(5).blob(start), end).varint(max);
            case ShardCall.Relaxed(var consistency, var read) -> {
                consistency(out.u8(6), consistency);
                write(out, read);
            }
        }
    }

    /// @throws DecodeException when the bytes are no call of this version, or one whose write only the leader
    ///     itself may make of a call
    public static Addressed decode(byte[] bytes) {
        ByteReader in = versioned(bytes);
        ShardId shard = new ShardId(in.varint());
        ShardCall call = read(in, in.u8());
        in.expectEnd();
        return new Addressed(shard, call);
    }

    private static ShardCall read(ByteReader in, int tag) {
        return switch (tag) {
            case 1 -> {
                KvCommand command = CommandCodec.decode(in.raw(in.remaining()));
                checkForwarded(command);
                yield new ShardCall.Write(command.body(), command.idempotency());
            }
            case 2 -> new ShardCall.Get(in.blob());
            case 3 -> {
                int count = in.length(ITEMS_MAX);
                List<byte[]> keys = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    keys.add(in.blob());
                }
                yield new ShardCall.GetMany(keys);
            }
            case 4 -> new ShardCall.Page(in.blob(), end(in), in.u8() == 1, (int) in.varint(), in.varint());
            case 5 -> new ShardCall.Count(in.blob(), end(in), (int) in.varint());
            case 6 -> {
                Consistency consistency = consistency(in);
                int inner = in.u8();
                if (inner < 2 || inner > 5) {
                    throw new DecodeException("tag of a relaxed read", "2..5", inner);
                }
                yield new ShardCall.Relaxed(consistency, read(in, inner));
            }
            default -> throw new DecodeException("call tag", "1..6", tag);
        };
    }

    private static void consistency(ByteWriter out, Consistency consistency) {
        switch (consistency) {
            case Consistency.Leader() -> out.u8(1);
            case Consistency.Bounded(var millis) -> out.u8(2).varint(millis);
            case Consistency.Linearizable(), Consistency.Any() ->
                throw new IllegalArgumentException("not sent as a relaxed read: " + consistency);
        }
    }

    private static Consistency consistency(ByteReader in) {
        int kind = in.u8();
        return switch (kind) {
            case 1 -> Consistency.LEADER;
            case 2 -> new Consistency.Bounded(in.varint());
            default -> throw new DecodeException("consistency of a relaxed read", "1..2", kind);
        };
    }

    /// The leader wraps what has an idempotency key, so that it must neither be wrapped already nor be what
    /// cannot be.
    private static void checkForwarded(KvCommand command) {
        boolean allowed = switch (command.body()) {
            case KvCommand.Single it -> true;
            case KvCommand.Batch it -> true;
            case KvCommand.Transaction it -> true;
            case KvCommand.DeleteRange it -> true;
            case KvCommand.Close it -> command.idempotency().isEmpty();
            case KvCommand.ExpireUpTo it -> false;
            case KvCommand.Keyed it -> false;
        };
        if (!allowed) {
            throw new DecodeException(
                    "command of a call: want a single, batch, transaction or delete-range, or a close without an"
                            + " idempotency key, found "
                            + command.body().getClass().getSimpleName());
        }
    }

    public static byte[] encodeAnswer(ShardAnswer answer) {
        ByteWriter out = new ByteWriter(128).u8(VERSION);
        answer(out, answer);
        return out.toByteArray();
    }

    private static void answer(ByteWriter out, ShardAnswer answer) {
        switch (answer) {
            case ShardAnswer.Written(var result) -> ResultCodec.write(out.u8(1), result);
            case ShardAnswer.Value(var value) -> value(out.u8(2), value);
            case ShardAnswer.Values(var values) -> {
                out.u8(3).varint(values.size());
                values.forEach(it -> value(out, it));
            }
            case ShardAnswer.Page(var page) -> {
                out.u8(4).u8(page.more() ? 1 : 0).varint(page.items().size());
                for (KvReader.Item item : page.items()) {
                    ResultCodec.writeValue(out.blob(item.key()), item.value());
                }
            }
            case ShardAnswer.Count(var count) -> end(out.u8(5).varint(count.count()), count.next());
            case ShardAnswer.Refused(var refusal) -> refusal(out.u8(6), refusal);
            case ShardAnswer.Aged(var read, var millisMax) -> {
                out.u8(7).varint(millisMax.isPresent() ? millisMax.getAsLong() + 1 : 0);
                answer(out, read);
            }
        }
    }

    public static ShardAnswer decodeAnswer(byte[] bytes) {
        ByteReader in = versioned(bytes);
        return answer(in, in.u8());
    }

    private static ShardAnswer answer(ByteReader in, int tag) {
        return switch (tag) {
            case 1 -> new ShardAnswer.Written(ResultCodec.read(in));
            case 2 -> new ShardAnswer.Value(value(in));
            case 3 -> {
                int count = in.length(ITEMS_MAX);
                List<Optional<StoredValue>> values = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    values.add(value(in));
                }
                yield new ShardAnswer.Values(values);
            }
            case 4 -> {
                boolean more = in.u8() == 1;
                int count = in.length(ITEMS_MAX);
                List<KvReader.Item> items = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    items.add(new KvReader.Item(in.blob(), ResultCodec.readValue(in)));
                }
                yield new ShardAnswer.Page(new KvReader.Page(items, more));
            }
            case 5 -> new ShardAnswer.Count(new KvReader.Count(in.varint(), end(in)));
            case 6 -> new ShardAnswer.Refused(refusal(in));
            case 7 -> {
                long millis = in.varint();
                int inner = in.u8();
                if (inner < 2 || inner > 5) {
                    throw new DecodeException("tag of an aged answer", "2..5", inner);
                }
                yield new ShardAnswer.Aged(
                        answer(in, inner), millis == 0 ? OptionalLong.empty() : OptionalLong.of(millis - 1));
            }
            default -> throw new DecodeException("answer tag", "1..7", tag);
        };
    }

    private static ByteReader versioned(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("call version", "1", version);
        }
        return in;
    }

    private static ByteWriter end(ByteWriter out, Optional<byte[]> end) {
        out.u8(end.isPresent() ? 1 : 0);
        end.ifPresent(out::blob);
        return out;
    }

    private static Optional<byte[]> end(ByteReader in) {
        return in.u8() == 1 ? Optional.of(in.blob()) : Optional.empty();
    }

    private static void value(ByteWriter out, Optional<StoredValue> value) {
        out.u8(value.isPresent() ? 1 : 0);
        value.ifPresent(it -> ResultCodec.writeValue(out, it));
    }

    private static Optional<StoredValue> value(ByteReader in) {
        return in.u8() == 1 ? Optional.of(ResultCodec.readValue(in)) : Optional.empty();
    }

    private static void refusal(ByteWriter out, ShardRefusal refusal) {
        switch (refusal) {
            case ShardRefusal.NotLeader(var leader) -> out.u8(1).varint(leader.value());
            case ShardRefusal.NoLeader() -> out.u8(2);
            case ShardRefusal.Overloaded(var retryAfter) -> out.u8(3).varint(retryAfter);
            case ShardRefusal.TimedOut() -> out.u8(4);
            case ShardRefusal.OutcomeUnknown() -> out.u8(5);
            case ShardRefusal.StorageFull() -> out.u8(6);
            case ShardRefusal.Damaged(var reason) -> out.u8(7).text(reason);
            case ShardRefusal.Stopping() -> out.u8(8);
            case ShardRefusal.NoSuchShard() -> out.u8(9);
        }
    }

    private static ShardRefusal refusal(ByteReader in) {
        int tag = in.u8();
        return switch (tag) {
            case 1 -> new ShardRefusal.NotLeader(new NodeId(in.varint()));
            case 2 -> new ShardRefusal.NoLeader();
            case 3 -> new ShardRefusal.Overloaded(in.varint());
            case 4 -> new ShardRefusal.TimedOut();
            case 5 -> new ShardRefusal.OutcomeUnknown();
            case 6 -> new ShardRefusal.StorageFull();
            case 7 -> new ShardRefusal.Damaged(in.text());
            case 8 -> new ShardRefusal.Stopping();
            case 9 -> new ShardRefusal.NoSuchShard();
            default -> throw new DecodeException("refusal tag", "1..9", tag);
        };
    }
}
