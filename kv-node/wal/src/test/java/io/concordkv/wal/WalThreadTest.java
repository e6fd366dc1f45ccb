package io.concordkv.wal;

import static io.concordkv.wal.LogFixture.append;
import static io.concordkv.wal.LogFixture.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Clock;
import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.FaultyDisk;
import io.concordkv.disk.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WalThreadTest {
    /// Time stands still until a test moves it.
    private static final class Hand implements Clock {
        private final AtomicLong nanos = new AtomicLong(1_000_000_000);

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public long wallMillis() {
            return nanos.get() / 1_000_000;
        }
    }

    @TempDir
    Path folder;

    private final Hand clock = new Hand();
    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    private final ConcurrentLinkedQueue<Long> durable = new ConcurrentLinkedQueue<>();
    private final AtomicLong awaited = new AtomicLong(Long.MAX_VALUE);
    private volatile CompletableFuture<Void> reached = new CompletableFuture<>();
    private FaultyDisk disk = new FaultyDisk(FileDisk.unlocked(Path.of("unused")));
    private Wal wal = unopened();
    private WalThread thread = unstarted();

    @SuppressWarnings("NullAway")
    private static Wal unopened() {
        return null;
    }

    @SuppressWarnings("NullAway")
    private static WalThread unstarted() {
        return null;
    }

    @BeforeEach
    void open() throws IOException {
        Disk files = FileDisk.open(folder);
        disk = new FaultyDisk(files);
        wal = Wal.open(disk, "wal", WalOptions.small(), new SplittableRandom(1));
        wal.onDurable(sequence -> {
            durable.add(sequence);
            if (sequence >= awaited.get()) {
                reached.complete(null);
            }
        });
    }

    private void start(int callsInFlight) {
        thread = new WalThread(wal, clock, () -> callsInFlight, fatal::complete);
        thread.start();
    }

    @AfterEach
    void close() throws Exception {
        if (thread != null) {
            thread.close();
        }
        wal.close();
        disk.close();
    }

    private void await(long sequence) throws Exception {
        reached = new CompletableFuture<>();
        awaited.set(sequence);
        if (wal.durableSequence() < sequence) {
            reached.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void callsOfManyThreadsBecomeDurableInOrder() throws Exception {
        start(0);
        int groups = 4;
        List<Thread> writers = new ArrayList<>();
        AtomicLong last = new AtomicLong();
        for (int g = 1; g <= groups; g++) {
            ShardId group = new ShardId(g);
            writers.add(Thread.ofPlatform().start(() -> {
                wal.enqueue(List.of(create(group)));
                for (int i = 1; i <= 200; i++) {
                    long sequence = wal.enqueue(List.of(append(group, 1, i, 1, 50)));
                    last.accumulateAndGet(sequence, Math::max);
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        await(last.get());
        assertThat(List.copyOf(durable)).isSorted();
        assertThat(wal.stats().records()).isEqualTo(groups * 201);
        assertThat(wal.stats().syncs()).isEqualTo(durable.size());
        for (int g = 1; g <= groups; g++) {
            assertThat(wal.read(new ShardId(g), 1, 200, Long.MAX_VALUE)).hasSize(200);
        }
        assertThat(thread.syncMicros(99)).isPositive();
        assertThat(fatal).isNotDone();
    }

    @Test
    void underLoadItWaitsForEnoughRecords() throws Exception {
        start(100);
        ShardId group = LogFixture.G1;
        await(wal.enqueue(List.of(create(group))));
        assertThat(wal.stats().syncs()).isEqualTo(1);
        // Time stands still: only the number of records can start the next sync.
        for (int i = 1; i < WalThread.RECORDS_ENOUGH; i++) {
            wal.enqueue(List.of(append(group, 1, i, 1, 50)));
        }
        assertThat(wal.stats().syncs()).isEqualTo(1);
        await(wal.enqueue(List.of(append(group, 1, WalThread.RECORDS_ENOUGH, 1, 50))));
        assertThat(wal.stats().syncs()).isEqualTo(2);
        // Or their bytes.
        await(wal.enqueue(List.of(append(group, 1, WalThread.RECORDS_ENOUGH + 1, 1, 70_000))));
        assertThat(wal.stats().syncs()).isEqualTo(3);
    }

    @Test
    void whatWasTakenIsWrittenBeforeItEnds() throws Exception {
        start(100);
        await(wal.enqueue(List.of(create(LogFixture.G1))));
        long sequence = wal.enqueue(List.of(append(LogFixture.G1, 1, 1, 1, 50)));
        thread.close();
        assertThat(wal.durableSequence()).isGreaterThanOrEqualTo(sequence);
    }

    @Test
    void aFailedSyncIsFatalAndNothingFollows() throws Exception {
        start(0);
        await(wal.enqueue(List.of(create(LogFixture.G1))));
        long before = wal.durableSequence();
        disk.setFailSync(FaultyDisk.FailSync.ONCE);
        wal.enqueue(List.of(append(LogFixture.G1, 1, 1, 1, 50)));
        assertThat(fatal.get(30, TimeUnit.SECONDS)).isInstanceOf(WalFailedException.class);
        assertThat(wal.durableSequence()).isEqualTo(before);
        assertThat(durable.stream().mapToLong(Long::longValue).max()).hasValue(before);
    }
}
