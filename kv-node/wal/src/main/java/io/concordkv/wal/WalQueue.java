package io.concordkv.wal;

import io.concordkv.wal.FrameHeader.Touched;
import io.concordkv.wal.WalRecord.Entries;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Calls that wait for the pump. Hands out even sequences; the odd one above each is free for a checkpoint.
final class WalQueue {
    private final long bytesMax;
    private final ArrayDeque<Call> calls = new ArrayDeque<>();
    private long bytes;
    private int records;
    private long next;
    private boolean closed;

    /// @param next an even sequence above all that were ever used
    WalQueue(long next, long bytesMax) {
        this.next = next;
        this.bytesMax = bytesMax;
    }

    /// One record, ready to be written.
    ///
    /// @param fields     of any record but entries, which stay where they are until they are written
    /// @param fieldBytes of the record
    /// @param touched    what it does to its group; null when it has none
    record Item(
            WalRecord record,
            byte[] fields,
            int fieldBytes,
            @Nullable Touched touched) {
        private static final byte[] NONE = {};

        static Item of(WalRecord record) {
            if (record instanceof Entries entries) {
                return new Item(record, NONE, RecordCodec.fieldBytes(entries), touched(record));
            }
            byte[] fields = RecordCodec.fields(record);
            return new Item(record, fields, fields.length, touched(record));
        }

        int bytes() {
            return 1 + RecordCodec.varintBytes(fieldBytes) + fieldBytes;
        }

        private static @Nullable Touched touched(WalRecord record) {
            return switch (record) {
                case Entries r ->
                    new Touched(
                            r.group(),
                            r.entries().getFirst().index(),
                            r.entries().getLast().index(),
                            0);
                case WalRecord.HardState r -> new Touched(r.group(), 0, 0, Touched.HARD_STATE);
                case WalRecord.PeerSeen r -> null;
                case WalRecord r ->
                    LogState.groupOf(r)
                            .map(group -> new Touched(group, 0, 0, Touched.SHAPE))
                            .orElse(null);
            };
        }
    }

    /// The records of one enqueue.
    record Call(long sequence, List<Item> items, int bytes) {}

    /// @return the call's sequence
    long add(List<WalRecord> added) {
        List<Item> items;
        int callBytes = 0;
        if (added.size() == 1) {
            items = List.of(Item.of(added.getFirst()));
            callBytes = items.getFirst().bytes();
        } else {
            items = new ArrayList<>(added.size());
            for (WalRecord record : added) {
                Item item = Item.of(record);
                items.add(item);
                callBytes = Math.addExact(callBytes, item.bytes());
            }
        }
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the write-ahead log has failed or is closed; nothing was taken");
            }
            if (bytes > 0 && bytes + callBytes > bytesMax) {
                throw new WalQueueFullException(bytes + " bytes wait for the write-ahead log, " + callBytes
                        + " more would pass the limit of " + bytesMax + "; nothing was taken");
            }
            long sequence = next;
            next += 2;
            calls.add(new Call(sequence, items, callBytes));
            bytes += callBytes;
            records += items.size();
            return sequence;
        }
    }

    /// Takes calls in order, at least one when any waits, until they hold `enough` bytes.
    synchronized List<Call> take(long enough) {
        List<Call> taken = new ArrayList<>(Math.min(calls.size(), 1024));
        long takenBytes = 0;
        while (!calls.isEmpty() && takenBytes < enough) {
            Call call = calls.removeFirst();
            taken.add(call);
            takenBytes += call.bytes;
            records -= call.items.size();
        }
        bytes -= takenBytes;
        return taken;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized int records() {
        return records;
    }

    synchronized boolean isEmpty() {
        return calls.isEmpty();
    }

    /// Refuses everything from now on and forgets what waits.
    synchronized void close() {
        closed = true;
        calls.clear();
        bytes = 0;
        records = 0;
    }
}
