package io.concordkv.shard.check;

import io.concordkv.base.Clock;
import io.concordkv.base.LogPosition;
import io.concordkv.shard.apply.RowSource;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Loop;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The hashes that one replica has taken of its state (SAFETY S10): a view of the engine is opened at the entry that
/// asks, and read slice by slice on a background thread, with pauses, so that neither the loop nor that thread is
/// held up. One at a time; an entry that asks while one is being taken gets none.
public final class StateHashes {
    private static final long SLICE_BYTES = 1 << 20;
    private static final long BYTES_A_SECOND = 64 << 20;
    private static final long SECOND = 1_000_000_000L;

    private final Loop loop;
    private final Clock clock;
    private final Background background;
    private final long openedNanos;
    private @Nullable RowDigest running;
    private @Nullable StateHash last;
    private LogPosition asked = LogPosition.BEFORE_FIRST;
    private long askedNanos;
    private long taken;
    private long givenUp;

    public StateHashes(Loop loop, Clock clock, Background background) {
        this.loop = loop;
        this.clock = clock;
        this.background = background;
        this.openedNanos = clock.nanos();
    }

    /// The entry at `position` asked; `rows` is the state as of it, closed when it has been read.
    public void begin(LogPosition position, RowSource rows) {
        asked(position);
        RowDigest digest = new RowDigest(rows);
        running = digest;
        slice(position, digest);
    }

    /// The entry asked, but this replica has no time for it.
    public void skip(LogPosition position) {
        asked(position);
        givenUp++;
    }

    private void asked(LogPosition position) {
        asked = position;
        askedNanos = clock.nanos();
    }

    private void slice(LogPosition position, RowDigest digest) {
        background.submit(() -> digest.advance(SLICE_BYTES), new Background.Done<Long>() {
            @Override
            public void succeeded(Long bytes) {
                if (bytes < SLICE_BYTES) {
                    ended(digest);
                    last = new StateHash(position, digest.end());
                    taken++;
                } else {
                    loop.after(bytes * SECOND / BYTES_A_SECOND, () -> slice(position, digest));
                }
            }

            @Override
            public void failed(Exception cause) {
                ended(digest); // the view is gone: the replica ended, installed a snapshot, or took too long
                givenUp++;
            }
        });
    }

    private void ended(RowDigest digest) {
        running = null;
        digest.close();
    }

    public boolean isBusy() {
        return running != null;
    }

    /// The last one taken since this replica was opened.
    public Optional<StateHash> last() {
        return Optional.ofNullable(last);
    }

    /// The entry that asked last; the hash of it may be under way, or given up.
    public LogPosition asked() {
        return asked;
    }

    /// When an entry asked last, on the loop's clock; empty since the replica was opened.
    public Optional<Long> askedNanos() {
        return asked.equals(LogPosition.BEFORE_FIRST) ? Optional.empty() : Optional.of(askedNanos);
    }

    public long openedNanos() {
        return openedNanos;
    }

    /// Hashes taken.
    public long taken() {
        return taken;
    }

    /// Hashes asked for and not taken.
    public long givenUp() {
        return givenUp;
    }
}
