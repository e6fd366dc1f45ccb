package io.concordkv.it.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.concordkv.disk.FileDisk;
import io.concordkv.it.finding.Difference;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.wal.WalInspector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Logs whose end was never written whole.
final class LogFaults {
    private static final int POSITIONS = 20;
    private static final int POSITIONS_BRIEF = 2;
    private static final int BLOCK_BYTES = 4096;
    private static final int LARGE_VALUE_BYTES = 60_000;
    private static final int LARGE_VALUES = 4;
    private static final long HELD_MILLIS = 500;
    private static final int ATTEMPTS_MAX = 4;

    static final Fault TORN_TAIL = new Fault(
            "torn-tail",
            7,
            "the last frame of a node's log, never synced, cut or zeroed at 20 positions",
            "it starts, cuts the tail, is not damaged and becomes ready",
            Fault.Field.SHARED,
            LogFaults::tear);

    static final List<Fault> ALL = List.of(TORN_TAIL);

    private LogFaults() {}

    /// Only a frame whose sync never returned can be torn: syncs are held back before the process is killed.
    /// Cutting one that was synced would be the loss of an acknowledged vote or entry, which is another fault.
    /// A frame is cut so that its first block is whole and another one missing: a device that tears inside
    /// 4 KiB leaves what cannot be told from rot (SAFETY L1).
    private static void tear(Arena arena) throws Exception {
        int positions = arena.extent().brief() ? POSITIONS_BRIEF : POSITIONS;
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 0; i < positions; i++) {
            String victim = arena.names().get(i % arena.names().size());
            Frame last = killWithPendingSync(arena, victim);
            shortest = Math.min(shortest, last.bytes());
            longest = Math.max(longest, last.bytes());
            tear(last, (i + 0.5) / positions, i % 2 == 0);
            arena.cluster().start(victim);
            Difference.unless(
                    arena.damaged(victim).isEmpty(),
                    "%s is damaged by a torn tail (position %d, %s): %s",
                    victim,
                    i,
                    last,
                    arena.damaged(victim));
        }
        arena.note("%d positions, in frames of %d to %d bytes", positions, shortest, longest);
    }

    private static void tear(Frame last, double where, boolean cut) throws IOException {
        long inside = BLOCK_BYTES + Math.round(where * (last.bytes() - 2 * BLOCK_BYTES));
        try (FileChannel file = FileChannel.open(last.file(), StandardOpenOption.WRITE)) {
            if (cut) {
                file.truncate(last.offset() + inside);
            } else {
                long from = inside / BLOCK_BYTES * BLOCK_BYTES;
                file.write(ByteBuffer.allocate((int) (last.bytes() - from)), last.offset() + from);
            }
            file.force(true);
        }
    }

    /// @param file the segment
    private record Frame(Path file, long offset, long bytes) {}

    /// The first frame that waits for its sync holds back those behind it, so the next one is large.
    private static Frame killWithPendingSync(Arena arena, String victim) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            arena.cluster().faults(victim, "{\"disk\":{\"delayMs\":" + HELD_MILLIS + "}}");
            arena.sleep(HELD_MILLIS / 4);
            putLarge(arena, arena.other(victim));
            arena.cluster().faults(victim, "{\"disk\":{\"delayMs\":60000}}");
            arena.sleep(HELD_MILLIS * 2);
            arena.cluster().kill(victim);
            Optional<Frame> last = lastFrame(arena.cluster().data(victim));
            if (last.isPresent() && last.get().bytes() >= 3 * BLOCK_BYTES) {
                return last.get();
            }
            arena.cluster().start(victim);
        }
        throw new Difference("no frame of three blocks waited for its sync on " + victim);
    }

    private static void putLarge(Arena arena, NodeEntry asked) {
        byte[] large = "x".repeat(LARGE_VALUE_BYTES).getBytes(UTF_8);
        for (int i = 0; i < LARGE_VALUES; i++) {
            String path = "/v1/keys/large-" + i + "?timeout=1s";
            Thread.ofVirtual().start(() -> putAside(arena, asked, path, large));
        }
    }

    /// Nobody waits for the answers.
    private static void putAside(Arena arena, NodeEntry node, String path, byte[] value) {
        try {
            arena.cluster().send(node, "PUT", path, value, Duration.ofSeconds(2));
        } catch (IOException killed) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Frame> lastFrame(Path data) throws IOException {
        long[] best = {-1, 0, 0};
        String[] file = {""};
        try (FileDisk disk = FileDisk.unlocked(data)) {
            WalInspector.dump(disk, "wal", sight -> {
                if (sight instanceof WalInspector.Sight.Frame frame && frame.sequence() > best[0]) {
                    best[0] = frame.sequence();
                    best[1] = frame.offset();
                    best[2] = (long) frame.blocks() * BLOCK_BYTES;
                    file[0] = frame.file();
                }
            });
        }
        Path segment = data.resolve(file[0]);
        return best[0] < 0 || !Files.exists(segment)
                ? Optional.empty()
                : Optional.of(new Frame(segment, best[1], best[2]));
    }
}
