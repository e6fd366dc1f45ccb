package io.concordkv.shard.command;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Bytes of a [CommandResult]: what the idempotency memory keeps and what a forwarded write answers.
///
/// A result is a tag (1 single 2 batch 3 transaction 4 range 5 condition-failed 6 done 7 mismatch
/// 8 memory-full 9 result-too-large 10 closed) and its fields in the order of the record; an operation's
/// result is a tag (1 stored 2 deleted 3 found 4 absent 5 mismatch 6 memory-full) and its fields.
/// Revisions are 8 bytes, counts varints, booleans one byte.
public final class ResultCodec {
    private static final int ITEMS_MAX = 10_000;

    private ResultCodec() {}

    public static byte[] encode(CommandResult result) {
        ByteWriter out = new ByteWriter(48);
        write(out, result);
        return out.toByteArray();
    }

    public static CommandResult decode(byte[] bytes) {
        return read(new ByteReader(bytes));
    }

    public static void write(ByteWriter out, CommandResult result) {
        switch (result) {
            case CommandResult.Single(var one) -> writeOne(out.u8(1), one);
            case CommandResult.Batch(var results) -> writeAll(out.u8(2), results);
            case CommandResult.Transaction(var succeeded, var revision, var results) ->
                writeAll(out.u8(3).u8(succeeded ? 1 : 0).i64(revision), results);
            case CommandResult.RangeDeleted(var deleted, var next) -> {
                out.u8(4).varint(deleted).u8(next.isPresent() ? 1 : 0);
                next.ifPresent(out::blob);
            }
            case CommandResult.ConditionFailed(var revision) -> out.u8(5).i64(revision);
            case CommandResult.Done() -> out.u8(6);
            case CommandResult.Mismatch() -> out.u8(7);
            case CommandResult.MemoryFull(var retryAfter) -> out.u8(8).varint(retryAfter);
            case CommandResult.ResultTooLarge(var bytes, var max) ->
                out.u8(9).varint(bytes).varint(max);
            case CommandResult.Closed() -> out.u8(10);
        }
    }

    public static CommandResult read(ByteReader in) {
        int tag = in.u8();
        return switch (tag) {
            case 1 -> new CommandResult.Single(readOne(in));
            case 2 -> new CommandResult.Batch(readAll(in));
            case 3 -> new CommandResult.Transaction(in.u8() == 1, in.i64(), readAll(in));
            case 4 ->
                new CommandResult.RangeDeleted(in.varint(), in.u8() == 1 ? Optional.of(in.blob()) : Optional.empty());
            case 5 -> new CommandResult.ConditionFailed(in.i64());
            case 6 -> new CommandResult.Done();
            case 7 -> new CommandResult.Mismatch();
            case 8 -> new CommandResult.MemoryFull(in.varint());
            case 9 -> new CommandResult.ResultTooLarge(in.varint(), in.varint());
            case 10 -> new CommandResult.Closed();
            default -> throw new DecodeException("result tag", "1..10", tag);
        };
    }

    private static void writeAll(ByteWriter out, List<OperationResult> results) {
        out.varint(results.size());
        results.forEach(it -> writeOne(out, it));
    }

    private static List<OperationResult> readAll(ByteReader in) {
        int count = in.length(ITEMS_MAX);
        List<OperationResult> results = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            results.add(readOne(in));
        }
        return results;
    }

    public static void writeOne(ByteWriter out, OperationResult result) {
        switch (result) {
            case OperationResult.Stored(var revision, var created) ->
                out.u8(1).i64(revision).u8(created ? 1 : 0);
            case OperationResult.Deleted(var deleted, var revision) ->
                out.u8(2).u8(deleted ? 1 : 0).i64(revision);
            case OperationResult.Found(var value) -> writeValue(out.u8(3), value);
            case OperationResult.Absent() -> out.u8(4);
            case OperationResult.Mismatch() -> out.u8(5);
            case OperationResult.MemoryFull(var retryAfter) -> out.u8(6).varint(retryAfter);
        }
    }

    public static OperationResult readOne(ByteReader in) {
        int tag = in.u8();
        return switch (tag) {
            case 1 -> new OperationResult.Stored(in.i64(), in.u8() == 1);
            case 2 -> new OperationResult.Deleted(in.u8() == 1, in.i64());
            case 3 -> new OperationResult.Found(readValue(in));
            case 4 -> new OperationResult.Absent();
            case 5 -> new OperationResult.Mismatch();
            case 6 -> new OperationResult.MemoryFull(in.varint());
            default -> throw new DecodeException("operation result tag", "1..6", tag);
        };
    }

    public static void writeValue(ByteWriter out, StoredValue value) {
        out.i64(value.revision())
                .i64(value.createRevision())
                .varint(value.version())
                .varint(value.expiresAt())
                .blob(value.value());
    }

    public static StoredValue readValue(ByteReader in) {
        long revision = in.i64();
        long createRevision = in.i64();
        long version = in.varint();
        long expiresAt = in.varint();
        return new StoredValue(in.blob(), revision, createRevision, version, expiresAt);
    }
}
