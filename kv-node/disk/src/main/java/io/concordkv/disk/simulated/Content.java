package io.concordkv.disk.simulated;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Bytes of one file twice: as readers see them (the page cache) and as the device holds them. Pages
/// are shared between both until one changes; pages of zeros take no memory.
final class Content {
    static final int PAGE_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private byte[] @Nullable [] seen = new byte[8][];
    private byte[] @Nullable [] durable = new byte[8][];
    private final BitSet dirty = new BitSet();
    private long seenSize;
    private long durableSize;

    long size() {
        return seenSize;
    }

    int read(ByteBuffer into, long position) {
        int total = (int) Math.max(0, Math.min(into.remaining(), seenSize - position));
        int left = total;
        long at = position;
        while (left > 0) {
            int offset = (int) (at % PAGE_BYTES);
            int piece = Math.min(left, PAGE_BYTES - offset);
            byte[] page = page(seen, (int) (at / PAGE_BYTES));
            into.put(page == null ? ZEROS : page, offset, piece);
            at += piece;
            left -= piece;
        }
        return total;
    }

    void write(ByteBuffer from, long position) {
        long at = position;
        while (from.hasRemaining()) {
            int number = (int) (at / PAGE_BYTES);
            int offset = (int) (at % PAGE_BYTES);
            int piece = Math.min(from.remaining(), PAGE_BYTES - offset);
            if (page(seen, number) == null && isZero(from, piece)) {
                from.position(from.position() + piece);
            } else {
                from.get(writable(number), offset, piece);
            }
            dirty.set(number);
            at += piece;
        }
        seenSize = Math.max(seenSize, at);
    }

    private static boolean isZero(ByteBuffer from, int bytes) {
        ByteBuffer piece = from.slice(from.position(), bytes);
        return piece.mismatch(ByteBuffer.wrap(ZEROS, 0, bytes)) < 0;
    }

    void truncate(long size) {
        if (size < seenSize) {
            int kept = (int) ((size + PAGE_BYTES - 1) / PAGE_BYTES);
            for (int i = kept; i < seen.length; i++) {
                seen[i] = null;
            }
            dirty.clear(kept, Math.max(kept, dirty.length()));
            if (size % PAGE_BYTES != 0 && page(seen, kept - 1) != null) {
                Arrays.fill(writable(kept - 1), (int) (size % PAGE_BYTES), PAGE_BYTES, (byte) 0);
                dirty.set(kept - 1);
            }
            // Pages behind the cut must not come back when the file grows again.
            for (int i = kept; i < durable.length; i++) {
                if (durable[i] != null) {
                    dirty.set(i);
                }
            }
        }
        seenSize = size;
    }

    boolean isDirty() {
        return !dirty.isEmpty() || seenSize != durableSize;
    }

    void sync() {
        for (int i = dirty.nextSetBit(0); i >= 0; i = dirty.nextSetBit(i + 1)) {
            set(i, page(seen, i));
        }
        dirty.clear();
        durableSize = seenSize;
    }

    /// As the Linux file systems do it: some pages got out, all of them count as clean afterwards, and
    /// readers still see everything.
    void failSync(RandomGenerator random) {
        for (int i = dirty.nextSetBit(0); i >= 0; i = dirty.nextSetBit(i + 1)) {
            if (random.nextBoolean()) {
                set(i, page(seen, i));
            }
        }
        dirty.clear();
        if (random.nextBoolean()) {
            durableSize = seenSize;
        }
    }

    /// Power is lost: of what was not synced, some pages got out, in any order.
    ///
    /// @param tearSectors whether one page may be written in part
    void crash(RandomGenerator random, boolean tearSectors) {
        int[] pages = dirty.stream().toArray();
        int mode = random.nextInt(6);
        int cut = pages.length == 0 ? 0 : random.nextInt(pages.length + 1);
        for (int i = 0; i < pages.length; i++) {
            boolean out = switch (mode) {
                case 0 -> false;
                case 1 -> true;
                case 2 -> i < cut;
                case 3 -> i >= cut;
                default -> random.nextBoolean();
            };
            if (out && tearSectors && random.nextInt(4) == 0) {
                tear(pages[i], random);
            } else if (out) {
                set(pages[i], page(seen, pages[i]));
            }
        }
        if (seenSize != durableSize) {
            boolean sizeOut = mode == 1 || (mode != 0 && random.nextBoolean());
            if (sizeOut) {
                durableSize = seenSize;
            }
        }
        loseCache();
    }

    private void loseCache() {
        seenSize = durableSize;
        dirty.clear();
        Arrays.fill(seen, null);
        int pages = (int) ((durableSize + PAGE_BYTES - 1) / PAGE_BYTES);
        for (int i = 0; i < durable.length; i++) {
            byte[] page = durable[i];
            if (i >= pages) {
                durable[i] = null;
            } else if (page != null) {
                seen = grown(seen, i);
                seen[i] = page;
            }
        }
    }

    private void tear(int number, RandomGenerator random) {
        byte[] old = page(durable, number);
        byte[] fresh = page(seen, number);
        byte[] torn = old == null ? new byte[PAGE_BYTES] : old.clone();
        for (int at = 0; at < PAGE_BYTES; at += SECTOR_BYTES) {
            if (random.nextBoolean()) {
                System.arraycopy(fresh == null ? ZEROS : fresh, at, torn, at, SECTOR_BYTES);
            }
        }
        set(number, torn);
    }

    /// Flips one bit, on the device and for readers.
    void rot(long position, int bit) {
        int number = (int) (position / PAGE_BYTES);
        int offset = (int) (position % PAGE_BYTES);
        byte[] held = page(durable, number);
        boolean wasDirty = dirty.get(number);
        byte[] page = writable(number);
        page[offset] ^= (byte) (1 << bit);
        if (!wasDirty) {
            set(number, page);
        } else if (held != null) {
            byte[] rotten = held.clone();
            rotten[offset] ^= (byte) (1 << bit);
            set(number, rotten);
        }
    }

    Content copy() {
        Content copy = new Content();
        copy.seen = deep(seen);
        copy.durable = deep(durable);
        copy.dirty.or(dirty);
        copy.seenSize = seenSize;
        copy.durableSize = durableSize;
        return copy;
    }

    private static byte[] @Nullable [] deep(byte[] @Nullable [] pages) {
        byte[] @Nullable [] copy = new byte[pages.length][];
        for (int i = 0; i < pages.length; i++) {
            byte[] page = pages[i];
            copy[i] = page == null ? null : page.clone();
        }
        return copy;
    }

    private static byte @Nullable [] page(byte[] @Nullable [] pages, int number) {
        return number < pages.length ? pages[number] : null;
    }

    private byte[] writable(int number) {
        seen = grown(seen, number);
        byte[] page = seen[number];
        if (page == null) {
            page = new byte[PAGE_BYTES];
            seen[number] = page;
        } else if (page == page(durable, number)) {
            page = page.clone();
            seen[number] = page;
        }
        return page;
    }

    private void set(int number, byte @Nullable [] page) {
        durable = grown(durable, number);
        durable[number] = page;
    }

    private static byte[] @Nullable [] grown(byte[] @Nullable [] pages, int number) {
        return number < pages.length ? pages : Arrays.copyOf(pages, Math.max(number + 1, pages.length * 2));
    }
}
