package io.concordkv.client;

import io.concordkv.wire.ProblemException;
import io.concordkv.wire.TopologyJson;
import io.concordkv.wire.TopologyMap;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The newest shard map this client has seen. Fetches are shared: while one is under way everybody
/// waits for it. A watching cache keeps one long poll open, from node to node in turn.
final class TopologyCache {
    private static final long FETCH_MILLIS_MAX = 1_000;
    private static final long WAIT_SECONDS = 30;
    private static final long WATCH_PAUSE_MILLIS = 200;

    private final Vertx vertx;
    private final Transport transport;
    private final List<String> seeds;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicReference<@Nullable Future<@Nullable TopologyMap>> fetching = new AtomicReference<>();
    private final AtomicReference<@Nullable TopologyMap> newest = new AtomicReference<>();
    private volatile boolean closed;

    TopologyCache(Vertx vertx, Transport transport, List<String> seeds) {
        this.vertx = vertx;
        this.transport = transport;
        this.seeds = seeds;
    }

    @Nullable
    TopologyMap current() {
        return newest.get();
    }

    /// Every address known, nodes of the map first; never empty.
    List<Address> addresses() {
        Set<String> all = new LinkedHashSet<>();
        TopologyMap map = newest.get();
        if (map != null) {
            map.nodes().forEach(node -> all.add(node.http()));
        }
        all.addAll(seeds);
        return all.stream().filter(each -> !each.isEmpty()).map(Address::parse).toList();
    }

    /// The next address in turn.
    Address any() {
        List<Address> all = addresses();
        return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    }

    /// Asks one node after the other until one answers; null when none did.
    Future<@Nullable TopologyMap> refresh() {
        while (true) {
            Future<@Nullable TopologyMap> running = fetching.get();
            if (running != null) {
                return running;
            }
            Promise<@Nullable TopologyMap> promise = Promise.promise();
            if (fetching.compareAndSet(null, promise.future())) {
                fetchFrom(new ArrayList<>(addresses())).onComplete(done -> {
                    fetching.set(null);
                    promise.complete(done.result());
                });
                return promise.future();
            }
        }
    }

    void watch() {
        if (closed) {
            return;
        }
        TopologyMap map = newest.get();
        if (map == null) {
            refresh().onComplete(done -> later(done.result() == null));
            return;
        }
        String uri = "/v1/topology?after=" + map.epoch() + "&wait=" + WAIT_SECONDS + "s";
        transport
                .send(any(), HttpMethod.GET, uri, Map.of(), null, (WAIT_SECONDS + 5) * 1_000)
                .onSuccess(answer -> later(!accept(answer)));
    }

    void close() {
        closed = true;
    }

    private void later(boolean pause) {
        if (!closed) {
            vertx.setTimer(pause ? WATCH_PAUSE_MILLIS : 1, _ -> watch());
        }
    }

    private Future<@Nullable TopologyMap> fetchFrom(List<Address> left) {
        if (left.isEmpty()) {
            return Future.succeededFuture(null);
        }
        Address next = left.remove(Math.floorMod(turn.getAndIncrement(), left.size()));
        return transport
                .send(next, HttpMethod.GET, "/v1/topology", Map.of(), null, FETCH_MILLIS_MAX)
                .compose(answer -> accept(answer) ? Future.succeededFuture(newest.get()) : fetchFrom(left));
    }

    private boolean accept(Answer answer) {
        if (!(answer instanceof Answer.Done done)) {
            return false;
        }
        try {
            TopologyMap found = TopologyJson.decode(done.bytes());
            newest.updateAndGet(known -> known == null || isNewer(found, known) ? found : known);
            return true;
        } catch (ProblemException e) {
            return false;
        }
    }

    /// Another cluster id means that the cluster was founded anew.
    private static boolean isNewer(TopologyMap found, TopologyMap known) {
        return found.epoch() >= known.epoch() || !found.clusterId().equals(known.clusterId());
    }
}
