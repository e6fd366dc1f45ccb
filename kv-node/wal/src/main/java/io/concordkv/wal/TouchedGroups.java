package io.concordkv.wal;

import io.concordkv.base.ShardId;
import io.concordkv.wal.FrameHeader.Touched;
import io.concordkv.wal.WalQueue.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Gathers what the items of a frame do to their groups: each group once, in the order of their first items.
/// Used again for every frame, by one thread.
final class TouchedGroups {
    private static final int SLOTS_FIRST = 64;

    private final ArrayList<Touched> groups = new ArrayList<>();
    /// Open addressing with linear probing: place in `groups` + 1, or 0; at most half full.
    private int[] slots = new int[SLOTS_FIRST];

    List<Touched> of(List<Item> items) {
        if (items.size() == 1) {
            Touched one = items.getFirst().touched();
            return one == null ? List.of() : List.of(one);
        }
        groups.clear();
        Arrays.fill(slots, 0);
        for (int i = 0; i < items.size(); i++) {
            Touched one = items.get(i).touched();
            if (one != null) {
                add(one);
            }
        }
        return new ArrayList<>(groups);
    }

    private void add(Touched one) {
        int slot = slot(one.group());
        int at = slots[slot] - 1;
        if (at >= 0) {
            groups.set(at, groups.get(at).and(one));
            return;
        }
        groups.add(one);
        slots[slot] = groups.size();
        if (2 * groups.size() > slots.length) {
            slots = new int[2 * slots.length];
            for (int i = 0; i < groups.size(); i++) {
                slots[slot(groups.get(i).group())] = i + 1;
            }
        }
    }

    /// Where the group is, or where it would be.
    private int slot(ShardId group) {
        int mask = slots.length - 1;
        int slot = Long.hashCode(group.value() * 0x9e37_79b9_7f4a_7c15L) & mask;
        while (slots[slot] != 0 && groups.get(slots[slot] - 1).group().value() != group.value()) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
