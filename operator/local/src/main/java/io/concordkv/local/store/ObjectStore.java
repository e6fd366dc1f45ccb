package io.concordkv.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All objects, ordered by namespace and name, under one lock. Every change gets the next revision,
/// which becomes the object's `resourceVersion`. Trees handed in or out are never changed later.
public final class ObjectStore {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<GroupResource, Shelf> shelves = new HashMap<>();
    private final StateFiles files;
    private final int logEntriesMax;
    private final long startRevision;
    private long revision;

    /// Objects of one type.
    private static final class Shelf {
        final TreeMap<String, ObjectNode> objects = new TreeMap<>();
        final ChangeLog log;
        final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

        Shelf(ChangeLog log) {
            this.log = log;
        }
    }

    /// A list as it was at one revision.
    public record Listing(List<ObjectNode> items, long revision) {}

    /// Opens a directory and reads what an earlier process left there.
    ///
    /// @param logEntriesMax changes of one type a watcher may be behind before it gets 410
    public ObjectStore(Path directory, int logEntriesMax) {
        this.files = new StateFiles(directory);
        this.logEntriesMax = logEntriesMax;
        this.startRevision = Math.max(1, files.reservedRevision());
        this.revision = startRevision;
        files.load((key, object) -> shelf(key.type()).objects.put(key.sortKey(), object));
    }

    /// Runs a read-check-write sequence that no other write may interleave with.
    public <T> T atomically(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    public long revision() {
        return atomically(() -> revision);
    }

    public @Nullable ObjectNode get(ObjectKey key) {
        lock.lock();
        try {
            return shelf(key.type()).objects.get(key.sortKey());
        } finally {
            lock.unlock();
        }
    }

    /// Creates or replaces. The object is owned by the store from here on.
    ///
    /// @return the same tree with its new resourceVersion
    public ObjectNode put(ObjectKey key, ObjectNode object) {
        return atomically(() -> {
            Shelf shelf = shelf(key.type());
            long next = revision + 1;
            Meta.of(object).put("resourceVersion", Long.toString(next));
            files.write(key, object, next);
            revision = next;
            ObjectNode before = shelf.objects.put(key.sortKey(), object);
            Change.Kind kind = before == null ? Change.Kind.ADDED : Change.Kind.MODIFIED;
            publish(shelf, new Change(kind, next, key.sortKey(), before, object));
            return object;
        });
    }

    /// @return the last state with the deletion's resourceVersion; null when there was no object
    public @Nullable ObjectNode remove(ObjectKey key) {
        lock.lock();
        try {
            Shelf shelf = shelf(key.type());
            ObjectNode before = shelf.objects.get(key.sortKey());
            if (before == null) {
                return null;
            }
            long next = revision + 1;
            files.delete(key, next);
            revision = next;
            shelf.objects.remove(key.sortKey());
            ObjectNode last = before.deepCopy();
            Meta.of(last).put("resourceVersion", Long.toString(next));
            publish(shelf, new Change(Change.Kind.DELETED, next, key.sortKey(), before, last));
            return last;
        } finally {
            lock.unlock();
        }
    }

    /// The objects of a namespace (empty: of all) as they are now.
    public Listing list(GroupResource type, String namespace) {
        return atomically(() ->
                new Listing(List.copyOf(range(shelf(type).objects, namespace).values()), revision));
    }

    /// The objects as they were at an earlier revision.
    ///
    /// @throws io.concordkv.local.object.StatusException 410 when the log does not reach back so far
    public Listing listAt(GroupResource type, String namespace, long at) {
        return atomically(() -> {
            Shelf shelf = shelf(type);
            TreeMap<String, ObjectNode> objects = new TreeMap<>(range(shelf.objects, namespace));
            shelf.log.rewind(objects, at);
            return new Listing(List.copyOf(range(objects, namespace).values()), at);
        });
    }

    /// Changes after a revision, oldest first.
    ///
    /// @throws io.concordkv.local.object.StatusException 410 when some of them are forgotten
    public List<Change> changesAfter(GroupResource type, long after) {
        return atomically(() -> shelf(type).log.after(after));
    }

    /// Forgets the log up to now: older watches and continuations get 410.
    public void compact() {
        atomically(() -> {
            shelves.values().forEach(shelf -> shelf.log.dropUpTo(revision));
            return revision;
        });
    }

    /// Calls the listener under the store's lock after each change of the type; it must not wait.
    ///
    /// @return ends the subscription
    public Runnable subscribe(GroupResource type, Runnable listener) {
        return atomically(() -> {
            shelf(type).listeners.add(listener);
            return () -> shelf(type).listeners.remove(listener);
        });
    }

    /// Types that have at least one object.
    public List<GroupResource> types() {
        return atomically(() -> {
            List<GroupResource> types = new ArrayList<>();
            shelves.forEach((type, shelf) -> {
                if (!shelf.objects.isEmpty()) {
                    types.add(type);
                }
            });
            return types;
        });
    }

    private void publish(Shelf shelf, Change change) {
        shelf.log.append(change);
        shelf.listeners.forEach(Runnable::run);
    }

    private Shelf shelf(GroupResource type) {
        lock.lock();
        try {
            return shelves.computeIfAbsent(type, t -> new Shelf(new ChangeLog(logEntriesMax, startRevision)));
        } finally {
            lock.unlock();
        }
    }

    private static SortedMap<String, ObjectNode> range(TreeMap<String, ObjectNode> objects, String namespace) {
        // '0' is the character after '/'.
        return namespace.isEmpty() ? objects : objects.subMap(namespace + "/", namespace + "0");
    }
}
