package io.concordkv.topology.machine;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.shard.apply.RowSource;
import io.concordkv.shard.apply.StateMachine;
import io.concordkv.shard.command.ApplyResult;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.StateCodec;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;

/// The cluster's state as a function of the log of shard 0. Listeners hear of a new state when the slice
/// that changed it ends.
public final class TopologyMachine implements StateMachine {
    private static final byte[] POSITION = {'a'};

    private final Consumer<ClusterState> listener;
    private ClusterState state = ClusterState.EMPTY;
    private ClusterState told = ClusterState.EMPTY;
    private LogPosition applied = LogPosition.BEFORE_FIRST;

    public TopologyMachine(Consumer<ClusterState> listener) {
        this.listener = listener;
    }

    public ClusterState state() {
        return state;
    }

    @Override
    public ApplyResult apply(LogEntry entry) {
        TopologyRules.Outcome outcome = TopologyRules.apply(state, TopologyCommandCodec.decode(entry.payload()));
        state = outcome.state();
        applied = entry.position();
        return outcome.result();
    }

    @Override
    public void endSlice(LogPosition position) {
        applied = position;
        tell();
    }

    /// Tells the listener when the state differs from the last one it heard of.
    public void tell() {
        if (told != state) {
            told = state;
            listener.accept(state);
        }
    }

    @Override
    public LogPosition applied() {
        return applied;
    }

    @Override
    public RowSource openRows() {
        SortedMap<byte[], byte[]> rows = StateCodec.rows(state);
        rows.put(
                POSITION,
                new ByteWriter(20)
                        .varint(applied.term())
                        .varint(applied.index())
                        .toByteArray());
        Iterator<Map.Entry<byte[], byte[]>> each = rows.entrySet().iterator();
        return new MapRows(each);
    }

    @Override
    public void loadRow(byte[] key, byte[] value) {
        if (key[0] == POSITION[0]) {
            ByteReader in = new ByteReader(value);
            applied = new LogPosition(in.varint(), in.varint());
        } else {
            state = StateCodec.add(state, key, value);
        }
    }

    @Override
    public void loaded(LogPosition position) {
        Invariant.check(applied.equals(position), "topology state is of %s, its header says %s", applied, position);
    }

    @Override
    public long bytes() {
        return 512L
                * (state.nodes().size()
                        + state.shards().size()
                        + state.keyspaces().size());
    }

    @Override
    public void close() {
        // holds nothing but memory
    }

    private static final class MapRows implements RowSource {
        private final Iterator<Map.Entry<byte[], byte[]>> rows;
        private Map.Entry<byte[], byte[]> present = Map.entry(new byte[0], new byte[0]);

        MapRows(Iterator<Map.Entry<byte[], byte[]>> rows) {
            this.rows = rows;
        }

        @Override
        public boolean next() {
            if (!rows.hasNext()) {
                return false;
            }
            present = rows.next();
            return true;
        }

        @Override
        public byte[] key() {
            return present.getKey();
        }

        @Override
        public byte[] value() {
            return present.getValue();
        }

        @Override
        public void close() {
            // rows of an immutable state
        }
    }
}
