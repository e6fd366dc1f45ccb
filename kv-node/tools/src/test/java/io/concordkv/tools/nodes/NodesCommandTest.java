package io.concordkv.tools.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.tools.Ran;
import io.concordkv.tools.console.JsonText;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real processes, but of a stub instead of the node.
class NodesCommandTest {
    @TempDir
    private Path home;

    private Path directory;
    private int basePort;

    @BeforeEach
    void installTheStub() throws IOException {
        directory = home.resolve("cluster");
        Path application = home.resolve("kv-node/server/target/quarkus-app/quarkus-run.jar");
        Files.createDirectories(application.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, StubNode.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        StubNode.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString());
        new JarOutputStream(Files.newOutputStream(application), manifest).close();
        Files.writeString(home.resolve("kv-node/server/jvm-flags"), "# small\n-XX:+UseSerialGC\n-Xmx32m\n");
        System.setProperty("concord.home", home.toString());
        basePort = freePorts();
    }

    @AfterEach
    void stopAll() {
        if (Files.exists(directory.resolve("nodes.json"))) {
            Ran.concord("nodes", "down", "--dir", directory.toString());
        }
        System.clearProperty("concord.home");
    }

    /// The first of 23 ports that were free a moment ago, below those the kernel hands to whoever asks for any.
    private static int freePorts() {
        int base;
        do {
            base = ThreadLocalRandom.current().nextInt(15_000, 32_000);
        } while (!IntStream.range(base, base + 23).allMatch(NodesCommandTest::isFree));
        return base;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private Ran nodes(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "nodes";
        System.arraycopy(words, 0, all, 1, words.length);
        return Ran.concord(all);
    }

    private Ran up(String... more) {
        String[] all = new String[5 + more.length];
        all[0] = "3";
        all[1] = "--dir";
        all[2] = directory.toString();
        all[3] = "--base-port";
        all[4] = Integer.toString(basePort);
        System.arraycopy(more, 0, all, 5, more.length);
        return nodes(all);
    }

    private JsonNode entry(String name) throws IOException {
        for (JsonNode each : JsonText.parse(Files.readAllBytes(directory.resolve("nodes.json")))) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("no " + name);
    }

    private boolean isAlive(String name) throws IOException {
        return new NodeProcess(directory, new NodesFile(directory).read(name)).isRunning();
    }

    @Test
    void threeNodesAreStartedFoundedAndWrittenDown() throws IOException {
        var ran = up("--", "-Dextra=yes");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("n3").contains("http://127.0.0.1:" + (basePort + 20));
        var n2 = entry("n2");
        assertThat(n2.path("http").asText()).isEqualTo("127.0.0.1:" + (basePort + 10));
        assertThat(n2.path("admin").asText()).isEqualTo("127.0.0.1:" + (basePort + 11));
        assertThat(n2.path("peer").asText()).isEqualTo("127.0.0.1:" + (basePort + 12));
        assertThat(n2.path("data").asText()).isEqualTo(directory.resolve("n2").toString());
        assertThat(ProcessHandle.of(n2.path("pid").asLong())).isPresent();
        JsonNode body = JsonText.parse(Files.readAllBytes(directory.resolve("founded")));
        assertThat(body.path("replicationFactor").asInt()).isEqualTo(3);
        assertThat(body.path("shards").asInt()).isEqualTo(8);
        assertThat(body.path("clusterId").asText()).hasSize(32);
        assertThat(body.path("nodes")).hasSize(3);
        assertThat(body.path("nodes").get(1).path("volumeId").asText()).isEqualTo("v-n2");
        assertThat(Files.readString(directory.resolve("n1.log"))).contains("up yes");
    }

    @Test
    void aNodeIsKilledStartedAndStopped() throws IOException {
        up("--", "-Dextra=kept");
        long before = entry("n2").path("pid").asLong();
        assertThat(nodes("kill", "n2", "--dir", directory.toString()).exitCode())
                .isZero();
        assertThat(entry("n2").path("pid").isNull()).isTrue();
        assertThat(isAlive("n2")).isFalse();
        var started = nodes("start", "n2", "--dir", directory.toString(), "--", "-Dmore=1");
        assertThat(started.exitCode()).as(started.err()).isZero();
        assertThat(entry("n2").path("pid").asLong()).isPositive().isNotEqualTo(before);
        assertThat(Files.readString(directory.resolve("n2.log")).lines())
                .filteredOn("up kept"::equals)
                .hasSize(2);
        assertThat(nodes("start", "n2", "--dir", directory.toString()).err()).contains("runs already");
        assertThat(nodes("stop", "n2", "--dir", directory.toString()).exitCode())
                .isZero();
        assertThat(isAlive("n2")).isFalse();
        assertThat(isAlive("n1")).isTrue();
    }

    @Test
    void downStopsAllAndTheSameCommandBringsThemBack() throws IOException {
        up();
        assertThat(up().err()).contains("runs already");
        assertThat(nodes("down", "--dir", directory.toString()).exitCode()).isZero();
        for (String name : new String[] {"n1", "n2", "n3"}) {
            assertThat(isAlive(name)).isFalse();
        }
        String founded = Files.readString(directory.resolve("founded"));
        var again = up();
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(Files.readString(directory.resolve("founded"))).isEqualTo(founded);
    }

    @Test
    void aNodeThatEndsSaysWhy() {
        var ran = up("--", "-Dstub.dies=true");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("has ended").contains("told to die");
    }

    @Test
    void whenOneNodeEndsTheOthersAreNamedAndHowToStopThem() throws IOException {
        var ran = up("--", "-Dstub.dies=n2");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .contains("n2 has ended")
                .contains("n1, n3 still run; stop them with: ./concord nodes down --dir " + directory);
        assertThat(isAlive("n1") && isAlive("n3")).isTrue();
        assertThat(nodes("down", "--dir", directory.toString()).exitCode()).isZero();
        assertThat(isAlive("n1") || isAlive("n3")).isFalse();
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new java.net.InetSocketAddress("127.0.0.1", basePort + 11));
            var ran = up();
            assertThat(ran.exitCode()).isEqualTo(1);
            assertThat(ran.err()).contains("127.0.0.1:" + (basePort + 11)).contains("--base-port");
        }
    }

    @Test
    void anUnknownNodeOrDirectoryIsRefused() {
        assertThat(nodes("stop", "n9", "--dir", directory.toString()).err()).contains("no nodes.json");
        up();
        assertThat(nodes("stop", "n9", "--dir", directory.toString()).err()).contains("no node 'n9'");
    }
}
