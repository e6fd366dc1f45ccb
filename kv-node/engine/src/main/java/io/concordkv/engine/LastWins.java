package io.concordkv.engine;

import java.util.Arrays;
import java.util.BitSet;

/// Finds, in one pass from the last operation of a batch to its first, which operations count: a put or
/// delete is void when a later operation names its key or a later range delete covers it. Reusable.
public final class LastWins {
    private final BitSet voided = new BitSet();
    private int[] slots = new int[64];

    /// @return how many operations are void
    public int mark(WriteBatch batch) {
        voided.clear();
        int size = batch.size();
        if (size < 2) {
            return 0;
        }
        prepare(size);
        int mask = slots.length - 1;
        int collapsed = 0;
        int rangesBehind = 0;
        for (int i = size - 1; i >= 0; i--) {
            if (batch.kind(i) == WriteBatch.Kind.DELETE_RANGE) {
                rangesBehind++;
            } else if (isRepeated(batch, i, mask) || (rangesBehind > 0 && isCovered(batch, i))) {
                voided.set(i);
                collapsed++;
            }
        }
        return collapsed;
    }

    /// Whether an operation of the batch last marked is void.
    public boolean isVoid(int operation) {
        return voided.get(operation);
    }

    private void prepare(int size) {
        int needed = Integer.highestOneBit(size) * 4;
        if (slots.length < needed || slots.length > Math.max(64, needed * 16)) {
            slots = new int[needed];
        } else {
            Arrays.fill(slots, 0);
        }
    }

    /// Enters the key of operation `i`; slots hold an operation's number plus one.
    private boolean isRepeated(WriteBatch batch, int i, int mask) {
        byte[] key = batch.key(i);
        int slot = mix(Arrays.hashCode(key)) & mask;
        while (slots[slot] != 0) {
            if (Arrays.equals(batch.key(slots[slot] - 1), key)) {
                return true;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = i + 1;
        return false;
    }

    private static boolean isCovered(WriteBatch batch, int i) {
        for (int j = i + 1; j < batch.size(); j++) {
            if (batch.kind(j) == WriteBatch.Kind.DELETE_RANGE && batch.range(j).contains(batch.key(i))) {
                return true;
            }
        }
        return false;
    }

    private static int mix(int hash) {
        int mixed = hash * 0x9E3779B1;
        return mixed ^ (mixed >>> 15);
    }
}
