package io.concordkv.operator.lead;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Gets the Lease, keeps it, gives it back. An API server that is away ends nothing: the holder only
/// stops acting until it can write the Lease again. Who finds it in other hands must end its process,
/// because what its caches and passes were about to do is somebody else's now.
public final class LeaseKeeper implements Leadership, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LeaseKeeper.class);
    private static final String NAME = "concord-operator";
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final String self;
    private final Leases leases;
    private final Election election;
    private final Runnable onFirstHeld;
    private final Runnable onLost;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lease").factory());
    private boolean held;
    private boolean over;
    private boolean away;

    /// @param like        says where the API server is
    /// @param self        name of this process
    /// @param onFirstHeld called once, on the thread of the Lease: it must not wait
    /// @param onLost      called once; nothing is done any more after it
    public LeaseKeeper(KubernetesClient like, String namespace, String self, Runnable onFirstHeld, Runnable onLost) {
        this.self = self;
        this.leases = new Leases(like, namespace, NAME);
        this.election = new Election(self, System::nanoTime);
        this.onFirstHeld = onFirstHeld;
        this.onLost = onLost;
    }

    public void start() {
        thread.scheduleWithFixedDelay(this::turn, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isHeld() {
        return election.isHeld();
    }

    /// The Lease could not be read or written for a minute: no access, no right, or no API server.
    public boolean isCutOff() {
        return election.isCutOff();
    }

    private synchronized void turn() {
        if (over) {
            return;
        }
        long began = System.nanoTime();
        try {
            Optional<Lease> lease = leases.find();
            switch (election.next(lease.map(Leases::seen))) {
                case CREATE -> {
                    leases.create(self);
                    held(began);
                }
                case RENEW, TAKE -> {
                    leases.replace(lease.orElseThrow(), self);
                    held(began);
                }
                case WAIT -> {
                    // Another one acts.
                }
                case LOST -> {
                    over = true;
                    LOG.warnf("lease %s has another holder now: this operator ends", NAME);
                    onLost.run();
                }
            }
            away = false;
            election.answered();
        } catch (RuntimeException e) { // whatever the HTTP client throws: the next turn tries again
            boolean outrun = e instanceof KubernetesClientException refused
                    && refused.getCode() == HttpURLConnection.HTTP_CONFLICT;
            if (outrun) {
                election.answered();
            } else {
                election.unseen();
                if (!away) {
                    LOG.warnf(
                            "lease %s cannot be read or written, nothing is done meanwhile: %s", NAME, e.getMessage());
                }
                away = true;
            }
        }
    }

    private void held(long began) {
        election.written(began);
        if (!held) {
            held = true;
            LOG.infof("%s holds lease %s and acts", self, NAME);
            onFirstHeld.run();
        }
    }

    /// Nothing may be done from now on; the Lease is still ours, so nobody else begins.
    public void stopActing() {
        election.giveUp();
    }

    /// Gives the Lease back if it is ours: another operator takes it with its next look.
    @Override
    public void close() {
        election.giveUp();
        thread.shutdownNow();
        synchronized (this) {
            over = true;
            try {
                leases.find()
                        .filter(lease -> self.equals(lease.getSpec().getHolderIdentity()))
                        .ifPresent(lease -> leases.replace(lease, null));
            } catch (KubernetesClientException e) {
                LOG.warnf("lease %s is not given back, it runs out by itself: %s", NAME, e.getMessage());
            }
        }
        leases.close();
    }
}
