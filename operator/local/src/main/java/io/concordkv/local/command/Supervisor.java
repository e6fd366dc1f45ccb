package io.concordkv.local.command;

import io.concordkv.local.cluster.LocalKubernetes;
import io.concordkv.local.command.SupervisorState.Report;
import io.concordkv.local.kubelet.AtomicFiles;
import io.concordkv.local.kubelet.KubeletSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The process behind `concord up`: API endpoint, controllers, node and operator, until SIGTERM.
/// Arguments: directory, first port to try, sample file.
public final class Supervisor {
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final int PORTS_TRIED = 200;

    private final Path directory;
    private final int firstPort;
    private final Path sampleFile;
    private final Installation installation;
    private final Progress progress;
    private final Path kubeconfig;
    private final Path log;
    private @Nullable OperatorProcess operator;
    private @Nullable SampleCluster sample;

    private Supervisor(Path directory, int firstPort, Path sampleFile) throws IOException {
        this.installation = Installation.find();
        this.directory = directory;
        this.firstPort = firstPort;
        this.sampleFile = sampleFile;
        this.progress = new Progress(directory);
        this.kubeconfig = directory.resolve("kubeconfig");
        this.log = directory.resolve("log");
    }

    static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        // Locked as long as this process lives: two supervisors never share a directory.
        try (var channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                System.err.println("another supervisor runs in " + directory);
                System.exit(1);
            }
            new Supervisor(directory, Integer.parseInt(arguments[1]), Path.of(arguments[2])).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        var end = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            end.countDown();
            try {
                ended.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }));
        try (var kubernetes = startKubernetes()) {
            try {
                bringUp(kubernetes, end);
            } finally {
                stopOperator();
            }
            progress.forget();
        } catch (IOException | RuntimeException failure) {
            stopOperator();
            progress.failed(failure.toString(), Report.empty());
            throw failure;
        } finally {
            ended.countDown();
        }
    }

    private LocalKubernetes startKubernetes() throws IOException {
        progress.step("starting");
        var settings = KubeletSettings.of(directory, installation.images());
        String token = token();
        for (int port = firstPort; port < firstPort + PORTS_TRIED && port <= 65_535; port++) {
            if (isFree(port)) {
                try {
                    return LocalKubernetes.start(port, token, settings, this::apiAnswers);
                } catch (IOException failure) {
                    if (isFree(port)) {
                        throw failure;
                    }
                }
            }
        }
        throw new IOException("ports " + firstPort + " to " + (firstPort + PORTS_TRIED - 1) + " are all taken");
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /// The operator needs the longest to come up, so it starts before controllers and node.
    private void apiAnswers(LocalKubernetes.Endpoint endpoint) throws IOException {
        progress.runsOn(endpoint.port(), endpoint.ledger().guardianPid());
        progress.step("Kubernetes API on 127.0.0.1:" + endpoint.port());
        AtomicFiles.writePrivately(kubeconfig, endpoint.kubeconfig().getBytes(StandardCharsets.UTF_8));
        sample = new SampleCluster(endpoint.client());
        applyResources(sample, endpoint.client());
        if (installation.hasOperator()) {
            startOperator(endpoint);
        }
    }

    private void bringUp(LocalKubernetes kubernetes, CountDownLatch end) throws IOException, InterruptedException {
        progress.step("controllers and node on " + kubernetes.address());
        // Made before the node started, so that it can tell new processes from old statuses.
        var sample = Objects.requireNonNull(this.sample);
        sample.apply(sampleFile);
        progress.step("applied " + sampleFile.getFileName());
        var problem = await(sample, end);
        var report = sample.report(kubeconfig, log);
        if (problem.isEmpty()) {
            progress.ready(report);
        } else {
            progress.failed("not ready after " + READY_WITHIN.toSeconds() + " s: " + problem.get(), report);
            becomeReadyLater(sample, end);
        }
        end.await();
    }

    private void applyResources(SampleCluster sample, KubernetesClient client) throws IOException {
        try (var files = Files.list(installation.resources())) {
            for (Path file : files.filter(path -> path.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList()) {
                try (var in = Files.newInputStream(file)) {
                    client.load(in).items().forEach(sample::apply);
                }
            }
        }
        progress.step("custom resource definitions");
    }

    private void startOperator(LocalKubernetes.Endpoint endpoint) throws IOException {
        Path hosts = KubeletSettings.of(directory, installation.images()).hostsFile("default");
        operator = OperatorProcess.start(
                endpoint.ledger(),
                installation.operator(),
                Map.of(
                        "KUBECONFIG",
                        kubeconfig.toString(),
                        "QUARKUS_HTTP_HOST",
                        endpoint.addresses().nodeAddress(),
                        "CONCORD_HOSTS_FILE",
                        hosts.toString()),
                directory.resolve("operator.log"));
        progress.step("operator");
    }

    private void stopOperator() {
        if (operator != null) {
            operator.close();
        }
    }

    /// @return what is still missing when the time is over
    private Optional<String> await(SampleCluster sample, CountDownLatch end) throws IOException, InterruptedException {
        if (!sample.hasCluster()) {
            return Optional.empty();
        }
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        Optional<String> problem = sample.notReady();
        while (problem.isPresent() && System.nanoTime() < deadline && end.getCount() > 0) {
            progress.waitsFor(problem.get());
            if (end.await(100, TimeUnit.MILLISECONDS)) {
                return problem;
            }
            problem = sample.notReady();
        }
        return problem;
    }

    private void becomeReadyLater(SampleCluster sample, CountDownLatch end) throws IOException, InterruptedException {
        while (!end.await(1, TimeUnit.SECONDS)) {
            if (sample.notReady().isEmpty()) {
                progress.ready(sample.report(kubeconfig, log));
                return;
            }
        }
    }

    /// The secret in the kubeconfig; the same over restarts, so that the file stays right.
    private String token() throws IOException {
        Path file = directory.resolve("token");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        AtomicFiles.writePrivately(file, (token + "\n").getBytes(StandardCharsets.UTF_8));
        return token;
    }
}
