package io.concordkv.bench.step;

import io.concordkv.base.Clock;
import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.engine.EngineContext;
import io.concordkv.engine.Engines;
import io.concordkv.engine.MemoryBudget;
import io.concordkv.shard.apply.KvStateMachine;
import io.concordkv.shard.apply.RevisionRule;
import io.concordkv.shard.command.CommandCodec;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What applying costs one replica: a slice of so many entries, each a put of 256 bytes over keys that are there,
/// decoded, executed and written to the engine `memory`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ApplyStep {
    private static final int KEYS = 10_000;
    private static final int VALUE_BYTES = 256;
    private static final long TIME = 1_700_000_000_000L;
    private static final Clock STILL = new Clock() {
        @Override
        public long nanos() {
            return 1;
        }

        @Override
        public long wallMillis() {
            return TIME;
        }
    };

    @Param({"1", "16", "128"})
    int entries = 1;

    private final KvStateMachine machine = new KvStateMachine(
            Engines.byName("memory").open(EngineContext.of("bench", MemoryBudget.unbounded(), STILL)),
            RevisionRule.TIMED);
    private final List<byte[]> payloads = payloads();
    private final SplittableRandom random = new SplittableRandom(1);
    private long index;

    public ApplyStep() {
        for (byte[] payload : payloads) {
            machine.apply(new LogEntry(1, ++index, EntryKind.COMMAND, payload));
        }
        machine.endSlice(new LogPosition(1, index));
    }

    private static List<byte[]> payloads() {
        byte[] value = new byte[VALUE_BYTES];
        List<byte[]> payloads = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            byte[] key = String.format("bench-key-%08d", i).getBytes(StandardCharsets.US_ASCII);
            Operation put = new Operation.Put(key, value, 0);
            payloads.add(CommandCodec.encode(
                    new KvCommand(TIME, Optional.empty(), new KvCommand.Single(put, Optional.empty()))));
        }
        return payloads;
    }

    @Benchmark
    public long slice() {
        for (int i = 0; i < entries; i++) {
            byte[] payload = payloads.get(random.nextInt(KEYS));
            machine.apply(new LogEntry(1, ++index, EntryKind.COMMAND, payload));
        }
        machine.endSlice(new LogPosition(1, index));
        return machine.shardTime();
    }
}
