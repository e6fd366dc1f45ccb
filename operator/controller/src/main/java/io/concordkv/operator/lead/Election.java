package io.concordkv.operator.lead;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Decides from what the Lease says. Times are those of this process only, so clocks of machines may
/// differ: a lease has run out when this process has seen it unchanged for as long as it lasts. While
/// the API server is away nothing is seen, so nothing runs out: who led before goes on, and nobody
/// else takes over because of it.
///
/// A holder stops acting [ACTS_FOR][#ACTS_FOR] after it began its last successful write, which is
/// before anybody else can have seen the lease unchanged for [LASTS][#LASTS].
final class Election implements Leadership {
    static final Duration LASTS = Duration.ofSeconds(15);
    static final Duration ACTS_FOR = Duration.ofSeconds(10);

    /// Who has got no answer about the Lease for so long is of no use now.
    static final Duration OF_USE_FOR = Duration.ofSeconds(60);

    private final String self;
    private final LongSupplier nanos;
    private @Nullable String version;
    private long unchangedSince;
    private boolean led;
    private volatile boolean holds;
    private volatile boolean ended;
    private volatile long actsUntil;
    private volatile long answered;

    /// @param self  name of this process, other than that of any other
    /// @param nanos a clock that never goes back
    Election(String self, LongSupplier nanos) {
        this.self = self;
        this.nanos = nanos;
        this.answered = nanos.getAsLong();
    }

    /// What the Lease says.
    ///
    /// @param holder  null when it was given back
    /// @param version changes with every write
    /// @param lasts   as its holder wrote it
    record Seen(@Nullable String holder, String version, Duration lasts) {}

    enum Step {
        /// There is no Lease.
        CREATE,
        /// It is ours: write the time again.
        RENEW,
        /// Nobody holds it any more.
        TAKE,
        WAIT,
        /// Another one has taken it from us.
        LOST
    }

    Step next(Optional<Seen> lease) {
        if (lease.isEmpty()) {
            return Step.CREATE;
        }
        Seen seen = lease.get();
        if (self.equals(seen.holder())) {
            return Step.RENEW;
        }
        holds = false;
        if (led) {
            return Step.LOST;
        }
        if (seen.holder() == null || seen.holder().isEmpty()) {
            return Step.TAKE;
        }
        long now = nanos.getAsLong();
        if (!seen.version().equals(version)) {
            version = seen.version();
            unchangedSince = now;
        }
        return now - unchangedSince >= seen.lasts().toNanos() ? Step.TAKE : Step.WAIT;
    }

    /// The Lease was read, and written where that was wanted, or somebody else was faster.
    void answered() {
        answered = nanos.getAsLong();
    }

    /// Neither leads nor would notice when it could.
    boolean isCutOff() {
        return nanos.getAsLong() - answered > OF_USE_FOR.toNanos();
    }

    /// The Lease could not be read: what is not seen cannot run out.
    void unseen() {
        version = null;
    }

    /// @param began when the write was begun
    void written(long began) {
        led = true;
        actsUntil = began + ACTS_FOR.toNanos();
        holds = true;
    }

    /// From now on nothing is done any more, whatever is written into the Lease until it is given back.
    void giveUp() {
        ended = true;
    }

    @Override
    public boolean isHeld() {
        return !ended && holds && nanos.getAsLong() - actsUntil < 0;
    }
}
