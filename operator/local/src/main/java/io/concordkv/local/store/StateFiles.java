package io.concordkv.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// One JSON file an object: `DIR/objects/<resource.group>/<namespace or _>/<name>.json`, replaced
/// by rename, so a reader finds the old or the new object and never half of one. Files are not
/// synced: losing power may lose the last seconds, ending the process loses nothing.
///
/// `DIR/revision` holds a revision no object has reached yet; it is raised in steps of
/// [#REVISION_STEP], so that a restart never hands out a revision twice.
final class StateFiles {
    static final long REVISION_STEP = 1_000;
    private static final String CLUSTER_SCOPED = "_";

    private final Path directory;
    private final Path objects;
    private long reservedRevision;

    StateFiles(Path directory) {
        this.directory = directory;
        this.objects = directory.resolve("objects");
        try {
            Files.createDirectories(objects);
            Path file = directory.resolve("revision");
            reservedRevision =
                    Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the state directory " + directory, e);
        }
    }

    /// No revision above this one has been used before this process started.
    long reservedRevision() {
        return reservedRevision;
    }

    void load(BiConsumer<ObjectKey, ObjectNode> into) {
        for (Path type : children(objects)) {
            String[] parts = type.getFileName().toString().split("\\.", 2);
            GroupResource resource = new GroupResource(parts.length == 2 ? parts[1] : "", parts[0]);
            for (Path namespace : children(type)) {
                String name = decode(namespace.getFileName().toString());
                for (Path file : children(namespace)) {
                    load(file, resource, name.equals(CLUSTER_SCOPED) ? "" : name, into);
                }
            }
        }
    }

    private void load(Path file, GroupResource type, String namespace, BiConsumer<ObjectKey, ObjectNode> into) {
        String fileName = file.getFileName().toString();
        try {
            if (!fileName.endsWith(".json")) {
                Files.delete(file); // a write that was cut short
                return;
            }
            JsonNode tree = Trees.MAPPER.readTree(Files.readAllBytes(file));
            if (!(tree instanceof ObjectNode object)) {
                throw new IOException("not a JSON object");
            }
            String name = decode(fileName.substring(0, fileName.length() - ".json".length()));
            into.accept(new ObjectKey(type, namespace, name), object);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the state file " + file, e);
        }
    }

    void write(ObjectKey key, ObjectNode object, long revision) {
        reserve(revision);
        replace(file(key), Trees.bytes(object));
    }

    void delete(ObjectKey key, long revision) {
        reserve(revision);
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reserve(long revision) {
        if (revision > reservedRevision) {
            long next = revision + REVISION_STEP;
            replace(directory.resolve("revision"), Long.toString(next).getBytes(StandardCharsets.US_ASCII));
            reservedRevision = next;
        }
    }

    private Path file(ObjectKey key) {
        String namespace = key.namespace().isEmpty() ? CLUSTER_SCOPED : encode(key.namespace());
        return objects.resolve(key.type().toString()).resolve(namespace).resolve(encode(key.name()) + ".json");
    }

    private static void replace(Path file, byte[] content) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Path folder = file.resolve("..").normalize();
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            Files.write(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the state file " + file, e);
        }
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> list = Files.list(directory)) {
            return list.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static String decode(String name) {
        return URLDecoder.decode(name, StandardCharsets.UTF_8);
    }
}
