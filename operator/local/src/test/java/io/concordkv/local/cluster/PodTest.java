package io.concordkv.local.cluster;

import static io.concordkv.local.cluster.TestKubernetes.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kubernetes")
class PodTest {
    @TempDir
    Path directory;

    private TestKubernetes kubernetes;

    @BeforeEach
    void start() throws IOException {
        kubernetes = TestKubernetes.start(directory);
    }

    @AfterEach
    void stop() {
        kubernetes.close();
    }

    private void run(String image, String more) {
        kubernetes.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: default, labels: {app: p}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: %s
                """.formatted(image) + more.indent(4));
    }

    @Test
    void aPodCarriesTheZoneOfItsNode() {
        run("busybox", "command: [sleep, '60']");

        eventually()
                .untilAsserted(
                        () -> assertThat(kubernetes.pod("p").getMetadata().getLabels())
                                .containsEntry("topology.kubernetes.io/zone", "local")
                                .containsEntry("app", "p"));
    }

    private ContainerStatus container() {
        var pod = kubernetes.pod("p");
        return pod == null || pod.getStatus().getContainerStatuses().isEmpty()
                ? new ContainerStatus()
                : pod.getStatus().getContainerStatuses().getFirst();
    }

    private String waitingReason() {
        var state = container().getState();
        return state == null || state.getWaiting() == null
                ? ""
                : state.getWaiting().getReason();
    }

    @Test
    void aProgramThatDiesIsRestartedEverLaterAndItsLastWordsAreKept() {
        run("test/dies:1", "");
        eventually().untilAsserted(() -> {
            var dead = container(); // one look: it runs again at any moment
            assertThat(dead.getRestartCount()).isGreaterThanOrEqualTo(2);
            assertThat(dead.getState().getWaiting()).isNotNull();
            assertThat(dead.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
            assertThat(dead.getState().getWaiting().getMessage()).startsWith("back-off ");
        });
        var ended = container().getLastState().getTerminated();
        assertThat(ended.getExitCode()).isEqualTo(3);
        assertThat(ended.getReason()).isEqualTo("Error");
        assertThat(ended.getMessage()).isEqualTo("about to die\n");
        var pod = kubernetes.client().pods().inNamespace("default").withName("p");
        assertThat(pod.terminated().getLog()).isEqualTo("dying run\n");
        eventually()
                .untilAsserted(() -> assertThat(kubernetes
                                .client()
                                .v1()
                                .events()
                                .inNamespace("default")
                                .list()
                                .getItems())
                        .anyMatch(event -> event.getReason().equals("BackOff")));
    }

    @Test
    void theTagFailExitsWithOne() {
        run("concordkv/node:fail", "");
        eventually().untilAsserted(() -> {
            assertThat(container().getLastState()).isNotNull();
            assertThat(container().getLastState().getTerminated()).isNotNull();
            assertThat(container().getLastState().getTerminated().getExitCode()).isEqualTo(1);
        });
    }

    @Test
    void anUnknownImageCannotBePulled() {
        run("nginx:latest", "");
        eventually().untilAsserted(() -> assertThat(waitingReason()).isEqualTo("ImagePullBackOff"));
        assertThat(container().getState().getWaiting().getMessage())
                .contains("nginx:latest")
                .contains("concordkv/node");
        assertThat(kubernetes.pod("p").getStatus().getPhase()).isEqualTo("Pending");
    }

    @Test
    void aKilledProgramRunsAgainAtOnceInTheSamePod() {
        run("test/counter:1", "");
        eventually().until(() -> kubernetes.isReady("p"));
        String address = kubernetes.pod("p").getStatus().getPodIP();
        long pid = Long.parseLong(container().getContainerID().replace("process://", ""));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        eventually().untilAsserted(() -> {
            assertThat(container().getRestartCount()).isEqualTo(1);
            assertThat(container().getLastState().getTerminated().getExitCode()).isEqualTo(137);
            assertThat(kubernetes.isReady("p")).isTrue();
        });
        assertThat(kubernetes.pod("p").getStatus().getPodIP()).isEqualTo(address);
    }

    @Test
    void aProgramThatIgnoresSigtermIsKilledWhenItsGraceIsOver() {
        run("test/stubborn:1", "");
        eventually().until(() -> kubernetes.isReady("p"));
        long pid = Long.parseLong(container().getContainerID().replace("process://", ""));
        kubernetes.client().pods().inNamespace("default").withName("p").delete();
        eventually().until(() -> kubernetes.pod("p") == null);
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void readinessFollowsTheProbeAndLivenessRestarts() throws IOException {
        var answer = new AtomicInteger(503);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(
                    exchange.getRequestURI().getPath().equals("/live") && answer.get() != 500 ? 200 : answer.get(), -1);
            exchange.close();
        });
        server.start();
        try {
            int port = server.getAddress().getPort();
            String probe = "{httpGet: {host: 127.0.0.1, port: %d, path: %s}, periodSeconds: 1, failureThreshold: 1}";
            run(
                    "test/counter:1",
                    "readinessProbe: " + probe.formatted(port, "/ready") + "\nlivenessProbe: "
                            + probe.formatted(port, "/live") + "\n");
            eventually()
                    .until(() -> container().getState() != null
                            && container().getState().getRunning() != null);
            assertThat(kubernetes.isReady("p")).isFalse();
            answer.set(200);
            eventually().until(() -> kubernetes.isReady("p"));
            answer.set(503);
            eventually().until(() -> !kubernetes.isReady("p"));
            answer.set(500);
            eventually().until(() -> container().getRestartCount() >= 1);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void settingsAndFilesReachTheProgram() {
        kubernetes.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: default}
                data: {color: green, "file.conf": "x=1\\n"}
                """);
        kubernetes.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: default}
                spec:
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: conf, configMap: {name: settings}}]
                  containers:
                  - name: main
                    image: test/counter:1
                    command: [/bin/sh, -c, 'echo $COLOR $(ME) $SHORT; cat $CONF; exec sleep 100']
                    env:
                    - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
                    - {name: ME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: SHORT, value: "as $(ME)"}
                    - {name: CONF, value: /etc/conf/file.conf}
                    volumeMounts: [{name: conf, mountPath: /etc/conf}]
                """);
        eventually()
                .untilAsserted(() -> assertThat(kubernetes
                                .client()
                                .pods()
                                .inNamespace("default")
                                .withName("p")
                                .getLog())
                        .startsWith("green p as p\nx=1\n"));
    }

    @Test
    void aBudgetStopsTheSecondEviction() {
        for (String name : new String[] {"a", "b", "c"}) {
            kubernetes.apply("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s, namespace: default, labels: {app: budgeted}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: test/counter:1}]
                    """.formatted(name));
        }
        kubernetes.apply("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: budget, namespace: default}
                spec:
                  minAvailable: 2
                  selector: {matchLabels: {app: budgeted}}
                """);
        eventually().untilAsserted(() -> {
            var status = kubernetes
                    .client()
                    .policy()
                    .v1()
                    .podDisruptionBudget()
                    .inNamespace("default")
                    .withName("budget")
                    .get()
                    .getStatus();
            assertThat(status).isNotNull();
            assertThat(status.getCurrentHealthy()).isEqualTo(3);
            assertThat(status.getDesiredHealthy()).isEqualTo(2);
            assertThat(status.getDisruptionsAllowed()).isEqualTo(1);
            assertThat(status.getObservedGeneration()).isEqualTo(1);
        });
        // The library asks again and again after a 429, up to this limit.
        var impatient = new ConfigBuilder(kubernetes.client().getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        try (var client = new KubernetesClientBuilder().withConfig(impatient).build()) {
            var pods = client.pods().inNamespace("default");
            assertThat(pods.withName("a").evict()).isTrue();
            assertThat(pods.withName("b").evict()).isFalse();
        }
        eventually().until(() -> kubernetes.pod("a") == null);
        assertThat(kubernetes.isReady("b")).isTrue();
    }

    @Test
    void aDeletedNamespaceTakesEverythingInItAlong() {
        kubernetes.apply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: gone}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: gone}
                """);
        eventually()
                .until(() -> kubernetes
                                .client()
                                .serviceAccounts()
                                .inNamespace("gone")
                                .withName("default")
                                .get()
                        != null);
        kubernetes.client().namespaces().withName("gone").delete();
        eventually()
                .until(() -> kubernetes.client().namespaces().withName("gone").get() == null);
        assertThat(kubernetes.client().configMaps().inNamespace("gone").list().getItems())
                .isEmpty();
        assertThatThrownBy(() -> kubernetes.apply("""
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: settings, namespace: gone}
                        """)).isInstanceOf(KubernetesClientException.class);
    }
}
