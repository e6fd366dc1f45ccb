package io.concordkv.server.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Writes `quarkus-app/node.aot`, the ahead-of-time cache a node starts from ([JEP 483][1], [JEP 515][2]):
/// classes already loaded and linked, and what is hot. Without it a node starts as well, only slower; the
/// JVM leaves it aside when a jar or the JDK is another one.
///
/// A node of a cluster of one is filled and killed, so that the recorded run replays a log; the recorded run
/// serves every kind of call and ends on SIGTERM; a last run proves that the JVM takes the cache. Where the
/// JVM can do nothing of this, whatever it runs, the cache is left out and the build says why.
///
/// [1]: https://openjdk.org/jeps/483
/// [2]: https://openjdk.org/jeps/515
public final class TrainingRun {
    private static final String CACHE = "node.aot";
    private static final int ROUNDS = 400;
    private static final Pattern VOLUME = Pattern.compile("\"volumeId\"\\s*:\\s*\"([^\"]+)\"");
    public static final String LIVE = "/q/health/live";
    public static final String READY = "/q/health/ready";

    private final TrainedProgram program;
    private final Path cache;
    private final Path folder;

    /// @param cache  to be written
    /// @param folder of the run's log and data; the caller deletes it
    public TrainingRun(TrainedProgram program, Path cache, Path folder) {
        this.program = program;
        this.cache = cache;
        this.folder = folder;
    }

    /// @param arguments folder of `quarkus-run.jar`; file with the JVM's flags, one a line; folder of the run
    public static void main(String[] arguments) throws IOException {
        Path application = Path.of(arguments[0]).toAbsolutePath();
        List<String> flags = Files.readAllLines(Path.of(arguments[1])).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        Path folder = Path.of(arguments[2]).toAbsolutePath();
        delete(folder);
        new TrainingRun(TrainedProgram.built(application, flags), application.resolve(CACHE), folder).run();
        delete(folder);
    }

    private void run() throws IOException {
        Files.deleteIfExists(cache);
        fill();
        try {
            record();
            check(program.demanding(cache), folder);
        } catch (IOException e) {
            Files.deleteIfExists(cache);
            System.err.println(leftOut(CacheProbe.missing(program, folder).orElseThrow(() -> e)));
        }
    }

    private static String leftOut(String reason) {
        return CACHE + " is left out: the JDK in " + System.getProperty("java.home")
                + " cannot write an ahead-of-time cache or start from one (" + reason
                + "). Nodes start without it, a second or more later. A JDK 25 with class data sharing and its"
                + " default archive (lib/server/classes.jsa) can.";
    }

    /// Fills a node, kills it, and records the next one.
    ///
    /// @throws IOException when a run fails or writes no cache
    public void fillAndRecord() throws IOException {
        fill();
        record();
    }

    private void fill() throws IOException {
        try (TrainedNode node = founded(program, folder)) {
            serve(node);
            node.kill();
        }
    }

    private void record() throws IOException {
        try (TrainedNode node = TrainedNode.start(program.recording(cache), folder, folder.resolve("data"))) {
            node.await(READY);
            serve(node);
            node.stop();
        }
        if (Files.notExists(cache)) {
            throw new IOException("no cache was written\n" + Files.readString(folder.resolve("log")));
        }
    }

    /// A node that demands its cache becomes ready.
    ///
    /// @param folder of the training run, or an empty one: then the node only has to be alive
    public static void check(TrainedProgram demanding, Path folder) throws IOException {
        Path data = folder.resolve("data");
        boolean wasFounded = Files.exists(data);
        try (TrainedNode node = TrainedNode.start(demanding, folder, data)) {
            node.await(wasFounded ? READY : LIVE);
            node.stop();
        }
    }

    /// A cluster of one on an empty data directory.
    public static TrainedNode founded(TrainedProgram program, Path folder) throws IOException {
        TrainedNode node = TrainedNode.start(program, folder, folder.resolve("data"));
        try {
            node.await(LIVE);
            found(node);
            node.await(READY);
            return node;
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private static void found(TrainedNode node) throws IOException {
        Matcher volume = VOLUME.matcher(node.admin("GET", "/admin/v1/node", ""));
        if (!volume.find()) {
            throw new IOException("GET /admin/v1/node names no volume");
        }
        node.admin("POST", "/admin/v1/bootstrap", """
                {"clusterId": "00000000000000000000000000000001", "replicationFactor": 1, "shards": 8,
                 "nodes": [{"name": "n1", "volumeId": "%s", "address": "%s"}]}""".formatted(volume.group(1), node.peerAddress()));
    }

    private static void serve(TrainedNode node) throws IOException {
        String value = "v".repeat(256);
        for (int i = 0; i < ROUNDS; i++) {
            node.data("PUT", "/v1/keys/key-" + i, value);
            node.data("GET", "/v1/keys/key-" + i, "");
        }
        node.data("GET", "/v1/keys?prefix=key&limit=100", "");
        node.data("DELETE", "/v1/keys/key-0", "");
        node.admin("GET", "/admin/v1/cluster", "");
        node.admin("GET", "/q/metrics", "");
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
