package io.concordkv.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/// The newest changes of one type, bounded. Whoever asks for older ones is told 410 and lists
/// again, as with a real API server whose watch cache has moved on. Guarded by the store's lock.
final class ChangeLog {
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private final int entriesMax;
    private long droppedUpTo;

    /// @param droppedUpTo revision up to which changes are unknown
    ChangeLog(int entriesMax, long droppedUpTo) {
        this.entriesMax = entriesMax;
        this.droppedUpTo = droppedUpTo;
    }

    void append(Change change) {
        changes.addLast(change);
        if (changes.size() > entriesMax) {
            droppedUpTo = changes.removeFirst().revision();
        }
    }

    /// Forgets everything up to a revision.
    void dropUpTo(long revision) {
        while (!changes.isEmpty() && changes.getFirst().revision() <= revision) {
            changes.removeFirst();
        }
        droppedUpTo = Math.max(droppedUpTo, revision);
    }

    /// Changes with a higher revision, oldest first.
    ///
    /// @throws StatusException 410 when some of them have been dropped
    List<Change> after(long revision) {
        requireKnown(revision);
        List<Change> newer = new ArrayList<>();
        for (Iterator<Change> newestFirst = changes.descendingIterator(); newestFirst.hasNext(); ) {
            Change change = newestFirst.next();
            if (change.revision() <= revision) {
                break;
            }
            newer.add(change);
        }
        return newer.reversed();
    }

    /// Turns the present objects into those at an earlier revision by undoing newer changes.
    void rewind(TreeMap<String, ObjectNode> objects, long revision) {
        for (Change change : after(revision).reversed()) {
            if (change.before() == null) {
                objects.remove(change.sortKey());
            } else {
                objects.put(change.sortKey(), change.before());
            }
        }
    }

    private void requireKnown(long revision) {
        if (revision < droppedUpTo) {
            throw StatusException.expired("too old resource version: " + revision + " (" + (droppedUpTo + 1) + ")");
        }
    }
}
