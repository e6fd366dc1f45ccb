package io.concordkv.disk.simulated;

import io.concordkv.disk.DiskPath;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The tree of names twice: as seen, and as durable. Between them lie changes that no directory sync
/// has covered; a crash keeps any subset of them that respects the order of changes to one name.
final class Names {
    /// A file or a directory.
    sealed interface Node {}

    /// @param content bytes of the file
    record FileNode(Content content) implements Node {}

    /// Identity matters, so no record.
    static final class Directory implements Node {
        final TreeMap<String, Node> seen = new TreeMap<>();
        final TreeMap<String, Node> durable = new TreeMap<>();
    }

    /// One entry that a change sets (or clears, when the node is null).
    private record Entry(
            Directory directory, String name, @Nullable Node node) {
        boolean sameNameAs(Entry other) {
            return directory == other.directory && name.equals(other.name);
        }

        void apply(TreeMap<String, Node> names) {
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    /// Atomic: a rename sets two entries.
    private record Change(List<Entry> entries) {
        boolean touches(List<Entry> others) {
            return entries.stream().anyMatch(mine -> others.stream().anyMatch(mine::sameNameAs));
        }
    }

    private Directory root = new Directory();
    private List<Change> pending = new ArrayList<>();

    @Nullable
    Node find(String path) {
        Node node = root;
        if (path.isEmpty()) {
            return node;
        }
        for (String step : path.split("/", -1)) {
            if (!(node instanceof Directory directory)) {
                return null;
            }
            node = directory.seen.get(step);
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    Directory directory(String path) throws NoSuchFileException {
        if (find(path) instanceof Directory directory) {
            return directory;
        }
        throw new NoSuchFileException(path, null, "no such directory");
    }

    void add(String path, Node node) throws IOException {
        Directory parent = directory(DiskPath.parent(path));
        if (parent.seen.containsKey(DiskPath.name(path))) {
            throw new FileAlreadyExistsException(path);
        }
        change(List.of(new Entry(parent, DiskPath.name(path), node)));
    }

    void remove(String path) throws IOException {
        Node node = existing(path);
        if (node instanceof Directory directory && !directory.seen.isEmpty()) {
            throw new DirectoryNotEmptyException(path);
        }
        change(List.of(new Entry(directory(DiskPath.parent(path)), DiskPath.name(path), null)));
    }

    void rename(String from, String to) throws IOException {
        Node node = existing(from);
        Node replaced = find(to);
        if (replaced instanceof Directory || (replaced != null && node instanceof Directory)) {
            throw new FileAlreadyExistsException(to);
        }
        Directory target = directory(DiskPath.parent(to));
        change(List.of(
                new Entry(directory(DiskPath.parent(from)), DiskPath.name(from), null),
                new Entry(target, DiskPath.name(to), node)));
    }

    private Node existing(String path) throws NoSuchFileException {
        Node node = find(path);
        if (node == null || path.isEmpty()) {
            throw new NoSuchFileException(path);
        }
        return node;
    }

    private void change(List<Entry> entries) {
        entries.forEach(entry -> entry.apply(entry.directory.seen));
        pending.add(new Change(entries));
    }

    /// Makes durable what touches this directory, and what that depends on.
    void sync(Directory directory) {
        List<Change> kept = new ArrayList<>();
        List<Change> done = new ArrayList<>();
        List<Entry> needed = new ArrayList<>();
        for (Change change : pending.reversed()) {
            boolean here = change.entries.stream().anyMatch(entry -> entry.directory == directory);
            if (here || change.touches(needed)) {
                needed.addAll(change.entries);
                done.addFirst(change);
            } else {
                kept.addFirst(change);
            }
        }
        done.forEach(Names::makeDurable);
        pending = kept;
    }

    private static void makeDurable(Change change) {
        change.entries.forEach(entry -> entry.apply(entry.directory.durable));
    }

    void crash(RandomGenerator random, boolean tearSectors) {
        List<Entry> lost = new ArrayList<>();
        for (Change change : pending) {
            if (random.nextBoolean() || change.touches(lost)) {
                lost.addAll(change.entries);
            } else {
                makeDurable(change);
            }
        }
        pending = new ArrayList<>();
        crash(root, random, tearSectors);
    }

    private static void crash(Directory directory, RandomGenerator random, boolean tearSectors) {
        directory.seen.clear();
        directory.seen.putAll(directory.durable);
        for (Node node : directory.seen.values()) {
            switch (node) {
                case FileNode file -> file.content.crash(random, tearSectors);
                case Directory child -> crash(child, random, tearSectors);
            }
        }
    }

    /// Bytes of all files seen.
    long bytes() {
        return bytes(root);
    }

    private static long bytes(Directory directory) {
        long sum = 0;
        for (Node node : directory.seen.values()) {
            sum += switch (node) {
                case FileNode file -> file.content.size();
                case Directory child -> bytes(child);
            };
        }
        return sum;
    }

    /// Paths of all files seen, sorted.
    TreeSet<String> files() {
        TreeSet<String> files = new TreeSet<>();
        files(root, "", files);
        return files;
    }

    private static void files(Directory directory, String path, TreeSet<String> files) {
        directory.seen.forEach((name, node) -> {
            switch (node) {
                case FileNode file -> files.add(DiskPath.join(path, name));
                case Directory child -> files(child, DiskPath.join(path, name), files);
            }
        });
    }

    Names copy() {
        Map<Node, Node> copies = new IdentityHashMap<>();
        Names copy = new Names();
        copy.root = (Directory) copy(root, copies);
        for (Change change : pending) {
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : change.entries) {
                Node node = entry.node;
                entries.add(new Entry(
                        (Directory) copy(entry.directory, copies),
                        entry.name,
                        node == null ? null : copy(node, copies)));
            }
            copy.pending.add(new Change(entries));
        }
        return copy;
    }

    private static Node copy(Node node, Map<Node, Node> copies) {
        Node known = copies.get(node);
        if (known != null) {
            return known;
        }
        switch (node) {
            case FileNode file -> {
                FileNode copy = new FileNode(file.content.copy());
                copies.put(node, copy);
                return copy;
            }
            case Directory directory -> {
                Directory copy = new Directory();
                copies.put(node, copy);
                directory.seen.forEach((name, child) -> copy.seen.put(name, copy(child, copies)));
                directory.durable.forEach((name, child) -> copy.durable.put(name, copy(child, copies)));
                return copy;
            }
        }
    }
}
