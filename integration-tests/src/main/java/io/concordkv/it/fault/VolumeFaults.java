package io.concordkv.it.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.it.finding.Difference;
import io.concordkv.tools.nodes.NodeEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Volumes that are not what their node left: emptied, or as they were some time ago.
final class VolumeFaults {
    private static final long WITHOUT_QUORUM_MILLIS = 4_000;
    private static final long RESUME_MILLIS_MAX = 6_000;

    static final Fault WIPED = new Fault(
            "wiped-disk",
            16,
            "kill -9 of a node, its data folder emptied, started again",
            "it waits as empty, holds nothing and votes for nobody: with it alone there is no quorum",
            Fault.Field.OWN,
            VolumeFaults::wipe);

    static final Fault ROLLED_BACK = new Fault(
            "rolled-back",
            17,
            "the data folder of a node put back to a copy of seconds ago",
            "it says it is damaged, and votes and acknowledges nothing: with it alone there is no quorum",
            Fault.Field.OWN,
            VolumeFaults::rollBack);

    static final List<Fault> ALL = List.of(WIPED, ROLLED_BACK);

    private VolumeFaults() {}

    private static void wipe(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        NodeEntry other = arena.other(victim);
        long killed = System.nanoTime();
        arena.cluster().kill(victim);
        arena.writesResume(other, killed, RESUME_MILLIS_MAX, "killed " + victim);
        String volume = volumeOf(arena, other, victim);
        deleteTree(arena.cluster().data(victim));
        arena.cluster().launch(victim);
        arena.cluster().live(arena.cluster().node(victim));
        arena.await("node " + victim + " waits as empty", 10_000, () -> {
            JsonNode status = arena.cluster().status(victim);
            return status.path("state").asText().equals("empty")
                    && status.path("replicas").asInt() == 0
                    && !status.path("volumeId").asText().equals(volume);
        });
        withoutAnother(arena, victim, "only a wiped node and one other are there");
    }

    private static String volumeOf(Arena arena, NodeEntry asked, String name) throws IOException {
        for (JsonNode node : arena.cluster()
                .admin(asked.name())
                .get("/admin/v1/cluster")
                .body()
                .path("nodes")) {
            if (node.path("name").asText().equals(name)) {
                return node.path("volumeId").asText();
            }
        }
        throw new Difference("the cluster does not list " + name);
    }

    private static void rollBack(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        arena.cluster().kill(victim);
        Path kept = arena.folder().resolve("kept");
        copyTree(arena.cluster().data(victim), kept);
        arena.cluster().start(victim);
        arena.sleep(arena.extent().brief() ? 1_500 : 7_000); // the load goes on; peers hear of its log
        arena.cluster().kill(victim);
        deleteTree(arena.cluster().data(victim));
        copyTree(kept, arena.cluster().data(victim));
        arena.cluster().launch(victim);
        arena.await(
                victim + " says that it is damaged",
                15_000,
                () -> !arena.cluster().isRunning(victim)
                        || !arena.damaged(victim).isEmpty());
        if (arena.cluster().isRunning(victim)) {
            var damaged = arena.damaged(victim);
            arena.note(
                    "%s: %d shards, %s",
                    victim, damaged.size(), damaged.values().iterator().next());
        } else {
            arena.note("%s refused to start", victim);
        }
        withoutAnother(arena, victim, "only a rolled-back node and one other are there");
    }

    /// Takes a second node away: the one that is left must not find a quorum in the victim.
    private static void withoutAnother(Arena arena, String victim, String why) throws Exception {
        arena.spoilt(victim);
        NodeEntry left = arena.other();
        String second = arena.other(left.name()).name();
        arena.cluster().kill(second);
        arena.nothingIsAcknowledged(left, WITHOUT_QUORUM_MILLIS, why);
        arena.cluster().launch(second);
        long live = arena.cluster().live(arena.cluster().node(second));
        arena.writesResume(left, live, RESUME_MILLIS_MAX, "the second healthy node is back");
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /// Removes a folder with all that is in it.
    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
