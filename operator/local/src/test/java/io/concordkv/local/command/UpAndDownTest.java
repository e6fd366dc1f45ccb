package io.concordkv.local.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real commands in processes of their own; the "node" is a shell program, there is no operator.
@Tag("kubernetes")
class UpAndDownTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SAMPLE = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: web}
            spec:
              serviceName: web
              replicas: 2
              podManagementPolicy: Parallel
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 3
                  containers:
                  - name: main
                    image: concordkv/node:1
                    env: [{name: DATA_DIR, value: /data}]
                    volumeMounts: [{name: data, mountPath: /data}]
              volumeClaimTemplates:
              - metadata: {name: data}
                spec:
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1Gi}}
            """;

    @TempDir
    Path home;

    private Path directory;

    record Outcome(int exit, String output) {}

    @BeforeEach
    void prepare() throws IOException {
        directory = home.resolve("cluster");
        Files.createDirectories(home.resolve("crds/src/main/resources/crds"));
        Files.writeString(home.resolve("sample.yaml"), SAMPLE);
        Path node = home.resolve("node.sh");
        Files.writeString(
                node, "echo $HOSTNAME >> $DATA_DIR/starts\ntrap 'exit 0' TERM\nwhile :; do sleep 0.1; done\n");
    }

    @AfterEach
    void leaveNothing() throws Exception {
        concord("down", "--delete");
    }

    private Outcome concord(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Installation.java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dconcord.home=" + home,
                "-Dconcord.local.node=/bin/sh " + home.resolve("node.sh"),
                "-Dconcord.local.operator=none",
                "-cp",
                System.getProperty("java.class.path"),
                "io.concordkv.local.LocalCommand"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--dir", directory.toString()));
        Path output = Files.createTempFile(home, "output", ".txt");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    private Outcome up() throws IOException, InterruptedException {
        return concord(
                "up", "--port", "16443", "--sample", home.resolve("sample.yaml").toString());
    }

    /// Every process that belongs to this cluster has its directory on the command line or in its
    /// environment.
    private List<String> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> mentionsDirectory(process.pid()))
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse(""))
                .toList();
    }

    private boolean mentionsDirectory(long pid) {
        try {
            Path proc = Path.of("/proc", Long.toString(pid));
            String text = Files.readString(proc.resolve("cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1)
                    + Files.readString(proc.resolve("environ"), java.nio.charset.StandardCharsets.ISO_8859_1);
            return text.contains(directory.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    private void bothPodsHaveStarted(int times) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (int i = 0; i < 2; i++) {
                assertThat(directory.resolve("volumes/default/data-web-" + i + "/starts"))
                        .hasContent(("web-" + i + "\n").repeat(times));
            }
        });
    }

    @Test
    void upStartsDownLeavesNoProcessAndTheDataStays() throws Exception {
        var first = up();
        assertThat(first.exit()).as(first.output()).isZero();
        assertThat(first.output()).contains("kubectl --kubeconfig").contains("/kubeconfig get pods");
        assertThat(Files.getPosixFilePermissions(directory.resolve("kubeconfig")))
                .hasSize(2);
        bothPodsHaveStarted(1);

        var again = up();
        assertThat(again.exit()).isZero();
        assertThat(again.output()).contains("Already running").contains("kubectl --kubeconfig");

        var down = concord("down");
        assertThat(down.exit()).as(down.output()).isZero();
        assertThat(processes()).isEmpty();

        assertThat(up().exit()).isZero();
        bothPodsHaveStarted(2);
        assertThat(concord("down", "--delete").exit()).isZero();
        assertThat(processes()).isEmpty();
        assertThat(directory).doesNotExist();
    }

    @Test
    void everythingEndsWhenTheSupervisorIsKilled() throws Exception {
        assertThat(up().exit()).isZero();
        bothPodsHaveStarted(1);
        long pid = SupervisorState.running(directory).orElseThrow().pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(processes()).isEmpty());
        assertThat(up().exit()).isZero();
        bothPodsHaveStarted(2);
    }

    @Test
    void wrongUsageIsTwoAndAMissingSampleIsOne() throws Exception {
        assertThat(concord("up", "--nonsense").exit()).isEqualTo(2);
        assertThat(concord("up", "--sample", "/no/such/file").exit()).isEqualTo(1);
        assertThat(concord("down").output()).contains("Nothing was ever started");
    }
}
