package io.concordkv.shard.command;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Bytes of a [KvCommand]: the payload of one COMMAND entry.
///
/// | field       | bytes  | meaning                                                        |
/// |-------------|-------:|----------------------------------------------------------------|
/// | version     |      1 | 1; its meaning never changes, a new one gets a new number      |
/// | kind        |      1 | 1 single 2 batch 3 transaction 4 delete-range 5 expire 6 close |
/// |             |        | 7 keyed                                                        |
/// | flags       |      1 | bit 0: idempotency follows                                     |
/// | time        | varint | milliseconds since 1970                                        |
/// | idempotency |   blob | key, then 16 bytes of fingerprint; only with bit 0             |
/// | body        |   rest | by kind                                                        |
///
/// An operation is a tag (1 put, 2 delete, 3 get), the key as a blob and, for a put, ttl as a varint
/// and the value as a blob. A condition is a tag (1 revision, 2 exists, 3 absent, 4 value), the key and
/// its argument. The body of a keyed command is the kind (1 to 4) and the body of what it wraps. Lists are a varint
/// count and the items.
public final class CommandCodec {
    static final int VERSION = 1;
    private static final int SINGLE = 1;
    private static final int BATCH = 2;
    private static final int TRANSACTION = 3;
    private static final int DELETE_RANGE = 4;
    private static final int EXPIRE = 5;
    private static final int CLOSE = 6;
    private static final int KEYED = 7;
    private static final int WITH_IDEMPOTENCY = 1;
    private static final int ITEMS_MAX = 10_000;

    private CommandCodec() {}

    public static byte[] encode(KvCommand command) {
        ByteWriter out = new ByteWriter(64 + sizeHint(command.body()));
        out.u8(VERSION).u8(kindOf(command.body()));
        out.u8(command.idempotency().isPresent() ? WITH_IDEMPOTENCY : 0);
        out.varint(command.timeMillis());
        command.idempotency().ifPresent(it -> out.blob(it.key()).raw(it.fingerprint()));
        writeBody(out, command.body());
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes are no command this version knows
    public static KvCommand decode(byte[] payload) {
        ByteReader in = new ByteReader(payload);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("command version", "1", version);
        }
        int kind = in.u8();
        int flags = in.u8();
        long time = in.varint();
        Optional<Idempotency> idempotency = (flags & WITH_IDEMPOTENCY) != 0
                ? Optional.of(new Idempotency(in.blob(), in.raw(Idempotency.FINGERPRINT_BYTES)))
                : Optional.empty();
        if (kind == KEYED && idempotency.isEmpty()) {
            throw new DecodeException("flags of a keyed command", "with bit 0", flags);
        }
        KvCommand.Body body = readBody(in, kind);
        in.expectEnd();
        return new KvCommand(time, idempotency, body);
    }

    private static int kindOf(KvCommand.Body body) {
        return switch (body) {
            case KvCommand.Single it -> SINGLE;
            case KvCommand.Batch it -> BATCH;
            case KvCommand.Transaction it -> TRANSACTION;
            case KvCommand.DeleteRange it -> DELETE_RANGE;
            case KvCommand.ExpireUpTo it -> EXPIRE;
            case KvCommand.Close it -> CLOSE;
            case KvCommand.Keyed it -> KEYED;
        };
    }

    private static int sizeHint(KvCommand.Body body) {
        return switch (body) {
            case KvCommand.Single(Operation.Put put, var condition) -> put.key().length + put.value().length;
            case KvCommand.Keyed(var wrapped) -> sizeHint(wrapped);
            default -> 256;
        };
    }

    static void writeBody(ByteWriter out, KvCommand.Body body) {
        switch (body) {
            case KvCommand.Single(var operation, var condition) -> {
                writeOperation(out, operation);
                out.u8(condition.isPresent() ? 1 : 0);
                condition.ifPresent(it -> writeCondition(out, it));
            }
            case KvCommand.Batch(var operations) -> {
                out.varint(operations.size());
                for (KvCommand.Indexed each : operations) {
                    out.varint(each.index());
                    writeOperation(out, each.operation());
                }
            }
            case KvCommand.Transaction(var conditions, var then, var otherwise) -> {
                out.varint(conditions.size());
                conditions.forEach(it -> writeCondition(out, it));
                writeOperations(out, then);
                writeOperations(out, otherwise);
            }
            case KvCommand.DeleteRange(var start, var end, var limit, var number) -> {
                out.blob(start).u8(end.isPresent() ? 1 : 0);
                end.ifPresent(out::blob);
                out.varint(limit).varint(number);
            }
            case KvCommand.ExpireUpTo(var until) -> out.varint(until);
            case KvCommand.Close() -> {}
            case KvCommand.Keyed(var wrapped) -> writeBody(out.u8(kindOf(wrapped)), wrapped);
        }
    }

    static KvCommand.Body readBody(ByteReader in, int kind) {
        return switch (kind) {
            case SINGLE ->
                new KvCommand.Single(
                        readOperation(in), in.u8() == 1 ? Optional.of(readCondition(in)) : Optional.empty());
            case BATCH -> {
                int count = in.length(ITEMS_MAX);
                List<KvCommand.Indexed> operations = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    operations.add(new KvCommand.Indexed((int) in.varint(), readOperation(in)));
                }
                yield new KvCommand.Batch(operations);
            }
            case TRANSACTION -> {
                int count = in.length(ITEMS_MAX);
                List<Condition> conditions = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    conditions.add(readCondition(in));
                }
                yield new KvCommand.Transaction(conditions, readOperations(in), readOperations(in));
            }
            case DELETE_RANGE ->
                new KvCommand.DeleteRange(
                        in.blob(), in.u8() == 1 ? Optional.of(in.blob()) : Optional.empty(), (int) in.varint(), (int)
                                in.varint());
            case EXPIRE -> new KvCommand.ExpireUpTo(in.varint());
            case CLOSE -> new KvCommand.Close();
            case KEYED -> new KvCommand.Keyed(readWrapped(in));
            default -> throw new DecodeException("command kind", "1..7", kind);
        };
    }

    private static KvCommand.Body readWrapped(ByteReader in) {
        int kind = in.u8();
        if (kind < SINGLE || kind > DELETE_RANGE) {
            throw new DecodeException("kind of a keyed command", "1..4", kind);
        }
        return readBody(in, kind);
    }

    /// The kind byte a body is decoded by; for codecs that embed a body.
    static int kind(KvCommand.Body body) {
        return kindOf(body);
    }

    private static void writeOperations(ByteWriter out, List<Operation> operations) {
        out.varint(operations.size());
        operations.forEach(it -> writeOperation(out, it));
    }

    private static List<Operation> readOperations(ByteReader in) {
        int count = in.length(ITEMS_MAX);
        List<Operation> operations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            operations.add(readOperation(in));
        }
        return operations;
    }

    private static void writeOperation(ByteWriter out, Operation operation) {
        switch (operation) {
            case Operation.Put(var key, var value, var ttl) ->
                out.u8(1).blob(key).varint(ttl).blob(value);
            case Operation.Delete(var key) -> out.u8(2).blob(key);
            case Operation.Get(var key) -> out.u8(3).blob(key);
        }
    }

    private static Operation readOperation(ByteReader in) {
        int tag = in.u8();
        byte[] key = in.blob();
        return switch (tag) {
            case 1 -> {
                long ttl = in.varint();
                yield new Operation.Put(key, in.blob(), ttl);
            }
            case 2 -> new Operation.Delete(key);
            case 3 -> new Operation.Get(key);
            default -> throw new DecodeException("operation tag", "1..3", tag);
        };
    }

    private static void writeCondition(ByteWriter out, Condition condition) {
        switch (condition) {
            case Condition.RevisionIs(var key, var revision) ->
                out.u8(1).blob(key).i64(revision);
            case Condition.Exists(var key, var exists) -> out.u8(exists ? 2 : 3).blob(key);
            case Condition.ValueIs(var key, var value) -> out.u8(4).blob(key).blob(value);
        }
    }

    private static Condition readCondition(ByteReader in) {
        int tag = in.u8();
        byte[] key = in.blob();
        return switch (tag) {
            case 1 -> new Condition.RevisionIs(key, in.i64());
            case 2 -> new Condition.Exists(key, true);
            case 3 -> new Condition.Exists(key, false);
            case 4 -> new Condition.ValueIs(key, in.blob());
            default -> throw new DecodeException("condition tag", "1..4", tag);
        };
    }
}
