package io.concordkv.shard.apply;

import io.concordkv.base.Bytes;
import io.concordkv.base.Flaw;
import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.WriteBatch;
import io.concordkv.shard.command.ApplyResult;
import io.concordkv.shard.command.CommandCodec;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.command.OperationResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Keys and values of one shard, as a function of its log.
public final class KvStateMachine implements StateMachine {
    /// A keyed transaction may remember results of at most this many bytes (API §1).
    static final long REMEMBERED_RESULT_BYTES_MAX = 16 << 10;

    /// What the gets of a command may return together; reads alone go another way.
    static final long RESULT_BYTES_MAX = 4 << 20;

    /// With fewer results the limit above cannot be passed.
    private static final int RESULTS_UNCHECKED = 3;

    private static final int LOAD_BATCH_OPERATIONS = 1_000;

    private final StorageEngine engine;
    private final RevisionRule rule;
    private final ApplySlice slice;
    private final KeyTable table;
    private final Expiry expiry;
    private final IdempotencyMemory memory = new IdempotencyMemory();
    private final WriteBatch loading = new WriteBatch();
    private ShardMeta meta = new ShardMeta();
    private long highestLoaded;
    private Optional<Long> earliestDeadline = Optional.empty();
    private boolean earliestDeadlineIsKnown;

    public KvStateMachine(StorageEngine engine, RevisionRule rule) {
        this.engine = engine;
        this.rule = rule;
        this.slice = new ApplySlice(engine);
        this.table = new KeyTable(slice);
        this.expiry = new Expiry(engine, slice);
    }

    /// Reads of this shard as of the last slice.
    public KvReader reader() {
        return new KvReader(engine, meta.expiredUpTo);
    }

    /// The earliest deadline of any key, milliseconds since 1970; empty when no key has one.
    public Optional<Long> earliestDeadline() {
        if (!earliestDeadlineIsKnown) { // asked several times a second of a thousand shards, most of them idle
            earliestDeadline = expiry.earliest();
            earliestDeadlineIsKnown = true;
        }
        return earliestDeadline;
    }

    public long shardTime() {
        return meta.shardTime;
    }

    public boolean isClosed() {
        return meta.closed;
    }

    @Override
    public ApplyResult apply(LogEntry entry) {
        if (slice.isLarge()) {
            slice.write(meta);
        }
        KvCommand command = CommandCodec.decode(entry.payload());
        meta.shardTime = Math.max(meta.shardTime, command.timeMillis());
        memory.forget(meta.shardTime, slice);
        Change change = new Change(meta, rule, command.timeMillis());
        CommandResult result = meta.closed ? new CommandResult.Closed() : execute(command, command.body(), change);
        change.finish();
        meta.applied = entry.position();
        return result;
    }

    private CommandResult execute(KvCommand command, KvCommand.Body body, Change change) {
        return switch (body) {
            case KvCommand.Single single -> once(command, 0, 0, () -> single(single, change));
            case KvCommand.Batch(var operations) -> batch(command, operations, change);
            case KvCommand.Transaction transaction -> transaction(command, transaction, change);
            case KvCommand.DeleteRange range -> once(command, 1, range.number(), () -> deleteRange(range, change));
            case KvCommand.ExpireUpTo(var until) -> {
                expiry.expireUpTo(Math.min(until, meta.shardTime), meta, change);
                yield new CommandResult.Done();
            }
            case KvCommand.Close() -> {
                meta.closed = true;
                yield new CommandResult.Done();
            }
            case KvCommand.Keyed(var wrapped) ->
                memory.isOfAnotherRequest(command.idempotency().orElseThrow())
                        ? new CommandResult.Mismatch()
                        : execute(command, wrapped, change);
        };
    }

    /// Executes a keyed command unless its answer is remembered; only here duplicates are decided (S4).
    private CommandResult once(KvCommand command, long kind, long part, Supplier<CommandResult> execution) {
        if (command.idempotency().isEmpty()) {
            return execution.get();
        }
        Idempotency idempotency = command.idempotency().get();
        Bytes identity = IdempotencyMemory.identity(idempotency, kind, part);
        CommandResult known = memory.find(identity, idempotency);
        if (known != null) {
            return known;
        }
        if (memory.isFull()) {
            return new CommandResult.MemoryFull(memory.retryAfterMillis(meta.shardTime));
        }
        CommandResult result = execution.get();
        if (!(result instanceof CommandResult.ResultTooLarge)) {
            memory.remember(identity, idempotency, result, meta, slice);
        }
        return result;
    }

    private CommandResult single(KvCommand.Single single, Change change) {
        if (single.condition().isPresent() && !table.holds(single.condition().get(), meta.expiredUpTo)) {
            return new CommandResult.ConditionFailed(
                    table.revisionOf(single.operation().key(), meta.expiredUpTo));
        }
        return new CommandResult.Single(table.execute(single.operation(), meta, change));
    }

    private CommandResult batch(KvCommand command, List<KvCommand.Indexed> operations, Change change) {
        long bytes = resultBytes(
                operations.stream().map(KvCommand.Indexed::operation).toList());
        if (bytes > RESULT_BYTES_MAX) {
            return new CommandResult.ResultTooLarge(bytes, RESULT_BYTES_MAX);
        }
        List<OperationResult> results = new ArrayList<>(operations.size());
        for (KvCommand.Indexed each : operations) {
            boolean reads = each.operation() instanceof Operation.Get;
            CommandResult result = reads
                    ? new CommandResult.Single(table.execute(each.operation(), meta, change))
                    : once(
                            command,
                            2,
                            each.index(),
                            () -> new CommandResult.Single(table.execute(each.operation(), meta, change)));
            results.add(
                    switch (result) {
                        case CommandResult.Single(var one) -> one;
                        case CommandResult.MemoryFull(var retryAfter) -> new OperationResult.MemoryFull(retryAfter);
                        default -> new OperationResult.Mismatch();
                    });
        }
        return new CommandResult.Batch(results);
    }

    private CommandResult transaction(KvCommand command, KvCommand.Transaction transaction, Change change) {
        return once(command, 3, 0, () -> {
            boolean holds = transaction.conditions().stream().allMatch(it -> table.holds(it, meta.expiredUpTo));
            List<Operation> chosen = holds ? transaction.then() : transaction.otherwise();
            boolean remembered = command.idempotency().isPresent();
            long max = remembered ? REMEMBERED_RESULT_BYTES_MAX : RESULT_BYTES_MAX;
            long bytes = remembered ? table.resultBytesMax(chosen, meta.expiredUpTo) : resultBytes(chosen);
            if (bytes > max) {
                return new CommandResult.ResultTooLarge(bytes, max);
            }
            List<OperationResult> results = new ArrayList<>(chosen.size());
            for (Operation operation : chosen) {
                results.add(table.execute(operation, meta, change));
            }
            return new CommandResult.Transaction(holds, change.revisionOrZero(), results);
        });
    }

    /// Upper bound of what the operations return; 0 when it cannot matter.
    private long resultBytes(List<Operation> operations) {
        long gets = operations.stream().filter(Operation.Get.class::isInstance).count();
        return gets <= RESULTS_UNCHECKED ? 0 : table.resultBytesMax(operations, meta.expiredUpTo);
    }

    private CommandResult deleteRange(KvCommand.DeleteRange range, Change change) {
        slice.write(meta);
        List<byte[]> keys = new ArrayList<>();
        byte[] next = null;
        byte[] end = range.end().map(Rows::latestKey).orElse(new byte[] {Rows.LATEST + 1});
        byte[] start = Rows.latestKey(range.start());
        if (Arrays.compareUnsigned(start, end) >= 0) {
            return new CommandResult.RangeDeleted(0, Optional.empty());
        }
        try (Cursor cursor = engine.cursor(new KeyRange(start, end), Direction.FORWARD)) {
            while (cursor.next()) {
                byte[] key = Rows.keyOf(cursor.key());
                if (keys.size() >= range.limit()) {
                    next = key;
                    break;
                }
                keys.add(key);
            }
        }
        long deleted = 0;
        for (byte[] key : keys) {
            if (table.delete(key, meta, change) != 0) {
                deleted++;
            }
        }
        return new CommandResult.RangeDeleted(deleted, Optional.ofNullable(next));
    }

    @Override
    public void endSlice(LogPosition position) {
        meta.applied = position;
        slice.write(meta);
        earliestDeadlineIsKnown = false;
    }

    @Override
    public LogPosition applied() {
        return meta.applied;
    }

    @Override
    public RowSource openRows() {
        return new EngineRows(engine.view());
    }

    @Override
    public void loadRow(byte[] key, byte[] value) {
        if (key[0] == Rows.META && key[1] == 'm') {
            meta = ShardMeta.decode(value);
        } else if (key[0] == Rows.META && key[1] == 'i') {
            if (Flaw.IDEMPOTENCY_MISSING_IN_SNAPSHOT.isOn()) {
                return;
            }
            memory.load(key, value);
        } else if (key[0] == Rows.LATEST && Flaw.REVISION_REUSED_AFTER_DELETE_AND_SNAPSHOT.isOn()) {
            highestLoaded = Math.max(highestLoaded, Rows.latest(value).revision());
        }
        loading.put(key, value);
        if (loading.size() >= LOAD_BATCH_OPERATIONS) {
            writeLoaded();
        }
    }

    @Override
    public void loaded(LogPosition position) {
        Invariant.check(
                meta.applied.equals(position), "snapshot state is of %s, its header says %s", meta.applied, position);
        if (Flaw.REVISION_REUSED_AFTER_DELETE_AND_SNAPSHOT.isOn()) {
            meta.lastRevision = highestLoaded;
        }
        writeLoaded();
    }

    private void writeLoaded() {
        engine.write(loading, meta.applied.index());
        loading.clear();
        earliestDeadlineIsKnown = false;
    }

    @Override
    public long bytes() {
        return engine.stats().memoryUsed() + memory.bytes();
    }

    /// Keys in the engine, expired ones included until they are swept.
    public long rows() {
        return engine.count();
    }

    @Override
    public void close() {
        engine.close();
    }
}
