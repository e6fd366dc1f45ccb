package io.concordkv.server.data;

import io.concordkv.base.Bytes;
import io.concordkv.shard.apply.KvReader;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListParameters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One page out of all shards of a keyspace (SAFETY F3). The limits of the page are divided among the
/// shards; the one whose keys run out while it may hold more is asked again, for more each time.
final class PageMerge {
    private static final int FIRST_BYTES = 256 << 10;
    private static final int SHARD_BYTES_MIN = 16 << 10;
    private static final int SHARD_ITEMS_SPARE = 8;
    private static final int ITEM_BYTES_EXPECTED = 1 << 10;

    /// Items of one page, in order.
    record Page(List<ListItem> items, boolean more) {}

    private final CallScope scope;
    private final ListParameters parameters;
    private final Deadline deadline;
    private final Limits limits;
    private final int limit;
    private final Consumer<Page> done;
    private final Comparator<byte[]> order;
    private final List<Part> parts = new ArrayList<>();
    private final PriorityQueue<Part> heads;
    private final List<ListItem> items = new ArrayList<>();
    private long bytes;
    private long askBytes = FIRST_BYTES;
    private int askItems;
    private int open;

    PageMerge(
            CallScope scope,
            ListParameters parameters,
            Deadline deadline,
            Limits limits,
            int limit,
            Consumer<Page> done) {
        this.scope = scope;
        this.parameters = parameters;
        this.deadline = deadline;
        this.limits = limits;
        this.limit = limit;
        this.done = done;
        this.order = parameters.reverse() ? (a, b) -> Arrays.compareUnsigned(b, a) : Arrays::compareUnsigned;
        this.heads = new PriorityQueue<>(
                (a, b) -> order.compare(a.head().key(), b.head().key()));
    }

    /// What is left of one shard.
    private static final class Part {
        private final ShardRecord shard;
        private final Deque<KvReader.Item> items = new ArrayDeque<>();
        private Bytes lowest;
        private @Nullable Bytes beyond;
        private boolean more = true;

        Part(ShardRecord shard, Bytes lowest, @Nullable Bytes beyond) {
            this.shard = shard;
            this.lowest = lowest;
            this.beyond = beyond;
        }

        KvReader.Item head() {
            return items.getFirst();
        }

        boolean mayHoldMore() {
            return more || !items.isEmpty();
        }

        boolean isHungry() {
            return more && items.isEmpty();
        }

        void add(KvReader.Page page, boolean reverse) {
            items.addAll(page.items());
            more = page.more() && !page.items().isEmpty();
            if (more) {
                Bytes last = Bytes.wrap(page.items().getLast().key());
                if (reverse) {
                    beyond = last;
                } else {
                    lowest = ListCalls.behind(last);
                }
            }
        }
    }

    void start(List<ShardRecord> shards, Bytes lowest, @Nullable Bytes beyond) {
        shards.forEach(it -> parts.add(new Part(it, lowest, beyond)));
        askItems = Math.min(limit, limit * 3 / 2 / parts.size() + SHARD_ITEMS_SPARE);
        ask(parts);
    }

    private void ask(List<Part> hungry) {
        if (scope.exchange().isAnswered()) {
            return; // the client is gone, or knows that a shard refused
        }
        long bytesEach = Math.max(SHARD_BYTES_MIN, askBytes / hungry.size());
        long expected = Math.min(bytesEach, (long) askItems * ITEM_BYTES_EXPECTED) * hungry.size();
        if (!scope.exchange().memory().take(expected)) {
            if (items.isEmpty()) {
                scope.exchange().problem(CallScope.memoryShort());
            } else {
                done.accept(new Page(items, true));
            }
            return;
        }
        open = hungry.size();
        long[] came = {0};
        for (Part part : hungry) {
            ShardCall call = new ShardCall.Page(
                    part.lowest.array(),
                    Optional.ofNullable(part.beyond).map(Bytes::array),
                    parameters.reverse(),
                    askItems,
                    bytesEach);
            scope.call(part.shard, call, parameters.consistency(), deadline, answer -> {
                KvReader.Page page = ((ShardAnswer.Page) answer).page();
                if (scope.exchange().isAnswered()) {
                    return;
                }
                part.add(page, parameters.reverse());
                came[0] += page.items().stream().mapToLong(PageMerge::bytes).sum();
                if (--open == 0) {
                    scope.exchange().memory().correct(expected, came[0]);
                    hungry.stream().filter(it -> !it.items.isEmpty()).forEach(heads::add);
                    merge();
                }
            });
        }
    }

    private void merge() {
        while (items.size() < limit) {
            List<Part> hungry = parts.stream().filter(Part::isHungry).toList();
            if (!hungry.isEmpty()) {
                askBytes = Math.min(limits.pageBytesMax(), askBytes * 4);
                askItems = Math.min(limit, askItems * 2);
                scope.member().host().loop().execute(() -> ask(hungry));
                return;
            }
            if (!takeFromFullParts()) {
                break;
            }
        }
        done.accept(new Page(items, parts.stream().anyMatch(Part::mayHoldMore)));
    }

    /// Takes keys in order until one of the shards has to be asked again, or the page is full or over.
    /// Returns whether it may go on after asking.
    private boolean takeFromFullParts() {
        while (items.size() < limit) {
            Part next = heads.peek();
            if (next == null || !items.isEmpty() && bytes + size(next.head()) > limits.pageBytesMax()) {
                return false;
            }
            heads.poll();
            KvReader.Item item = next.items.removeFirst();
            bytes += size(item);
            byte[] value = parameters.keysOnly() ? null : item.value().value();
            items.add(new ListItem(item.key(), value, item.value().revision()));
            if (!next.items.isEmpty()) {
                heads.add(next);
            } else if (next.more) {
                return true;
            }
        }
        return false;
    }

    private long size(KvReader.Item item) {
        return parameters.keysOnly() ? item.key().length : bytes(item);
    }

    private static long bytes(KvReader.Item item) {
        return (long) item.key().length + item.value().value().length;
    }
}
