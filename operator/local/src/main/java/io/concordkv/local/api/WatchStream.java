package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.Change;
import io.concordkv.local.store.ObjectStore;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;

/// One watch: follows the change log of a type and writes its events, whether to a chunked HTTP
/// body or to WebSocket frames. It keeps only its place in the log, so a slow reader costs no
/// memory: when it falls behind the log it gets an ERROR event with code 410 and lists again.
/// Runs on its connection's event loop; only [#wake] is called from other threads.
final class WatchStream {
    private static final int EVENTS_PER_TURN_MAX = 200;
    private static final long BOOKMARK_INTERVAL_MILLIS = 60_000;
    static final long TIMEOUT_SECONDS_DEFAULT = 3_600;

    /// What is watched and how it is shown.
    ///
    /// @param show an object as the client wants it: whole, as table row or as metadata
    record Scope(Target target, Predicate<JsonNode> selected, Function<ObjectNode, JsonNode> show, boolean bookmarks) {}

    /// Where events go: a chunked HTTP body, one line an event, or WebSocket text frames.
    interface Sink {
        void send(Buffer event);

        boolean isFull();

        void onDrained(Runnable resume);

        void end();
    }

    private final Vertx vertx;
    private final Context context;
    private final ObjectStore store;
    private final Scope scope;
    private final Sink sink;
    private final AtomicBoolean woken = new AtomicBoolean();
    private long seen;
    private boolean ended;
    private Runnable unsubscribe = () -> {};
    private long bookmarkTimer;
    private long timeoutTimer;

    WatchStream(Vertx vertx, Context context, ObjectStore store, Scope scope, Sink sink) {
        this.vertx = vertx;
        this.context = context;
        this.store = store;
        this.scope = scope;
        this.sink = sink;
    }

    /// Starts on the context's event loop.
    ///
    /// @param from           resourceVersion to go on after; 0 and -1 start with the present objects
    /// @param initialBookmark a bookmark marks the end of the present objects
    void start(long from, boolean initialBookmark, long timeoutSeconds) {
        String namespace = scope.target().type().namespaced() ? scope.target().namespace() : "";
        if (from > 0) {
            seen = from;
        } else {
            ObjectStore.Listing listing = store.list(scope.target().type().stored(), namespace);
            seen = listing.revision();
            for (ObjectNode object : listing.items()) {
                ObjectNode shown = ObjectReader.present(scope.target().type(), object);
                if (scope.selected().test(shown)) {
                    send("ADDED", scope.show().apply(shown));
                }
            }
            if (initialBookmark) {
                ObjectNode bookmark = bookmark();
                Trees.ensureObject(bookmark, "metadata", "annotations").put("k8s.io/initial-events-end", "true");
                send("BOOKMARK", bookmark);
            }
        }
        unsubscribe = store.subscribe(scope.target().type().stored(), this::wake);
        if (scope.bookmarks()) {
            bookmarkTimer = vertx.setPeriodic(BOOKMARK_INTERVAL_MILLIS, timer -> sendBookmark());
        }
        timeoutTimer = vertx.setTimer(timeoutSeconds * 1000, timer -> finish());
        sink.onDrained(this::wake);
        wake();
    }

    /// Something changed: look at the log soon. Any thread.
    private void wake() {
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(nothing -> {
                woken.set(false);
                deliver();
            });
        }
    }

    private void deliver() {
        if (ended) {
            return;
        }
        try {
            int sent = 0;
            for (Change change : store.changesAfter(scope.target().type().stored(), seen)) {
                if (sent++ >= EVENTS_PER_TURN_MAX) {
                    wake();
                    return;
                }
                if (sink.isFull()) {
                    return; // goes on when it has drained
                }
                seen = change.revision();
                deliver(change);
            }
        } catch (StatusException e) {
            send("ERROR", e.status());
            stop();
            sink.end();
        }
    }

    private void deliver(Change change) {
        String namespace = scope.target().type().namespaced() ? scope.target().namespace() : "";
        if (!namespace.isEmpty() && !change.sortKey().startsWith(namespace + "/")) {
            return;
        }
        ObjectNode after = ObjectReader.present(scope.target().type(), change.after());
        ObjectNode before = change.before() == null
                ? null
                : ObjectReader.present(scope.target().type(), change.before());
        boolean was = before != null && scope.selected().test(before);
        boolean is = change.kind() != Change.Kind.DELETED && scope.selected().test(after);
        if (is) {
            send(was ? "MODIFIED" : "ADDED", scope.show().apply(after));
        } else if (was) {
            send("DELETED", scope.show().apply(after));
        }
    }

    private ObjectNode bookmark() {
        ObjectNode object = Trees.object();
        object.put("kind", scope.target().type().kind())
                .put("apiVersion", scope.target().type().apiVersion());
        object.putObject("metadata").put("resourceVersion", Long.toString(seen)).putNull("creationTimestamp");
        return object;
    }

    private void sendBookmark() {
        long now = store.revision();
        deliver();
        if (!ended && !sink.isFull()) {
            // Everything of this type up to `now` has been sent, or the queue would be full.
            seen = Math.max(seen, now);
            send("BOOKMARK", bookmark());
        }
    }

    private void send(String type, JsonNode object) {
        ObjectNode event = Trees.object().put("type", type);
        event.set("object", object);
        sink.send(Buffer.buffer(Trees.bytes(event)));
    }

    private void finish() {
        if (!ended) {
            if (scope.bookmarks() && !sink.isFull()) {
                send("BOOKMARK", bookmark());
            }
            stop();
            sink.end();
        }
    }

    /// The connection is gone or the watch is over.
    void stop() {
        ended = true;
        unsubscribe.run();
        vertx.cancelTimer(bookmarkTimer);
        vertx.cancelTimer(timeoutTimer);
    }
}
