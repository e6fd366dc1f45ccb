package io.concordkv.local.cluster;

import static io.concordkv.local.cluster.TestKubernetes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kubernetes")
class OwnershipTest {
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

    private ConfigMap create(String name, ConfigMap... owners) {
        var map = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata();
        for (var owner : owners) {
            map.editMetadata()
                    .addNewOwnerReference()
                    .withApiVersion("v1")
                    .withKind("ConfigMap")
                    .withName(owner.getMetadata().getName())
                    .withUid(owner.getMetadata().getUid())
                    .withBlockOwnerDeletion(true)
                    .endOwnerReference()
                    .endMetadata();
        }
        return kubernetes.client().resource(map.build()).create();
    }

    private boolean exists(String name) {
        return map(name) != null;
    }

    private ConfigMap map(String name) {
        return kubernetes
                .client()
                .configMaps()
                .inNamespace("default")
                .withName(name)
                .get();
    }

    private void delete(String name, DeletionPropagation propagation) {
        kubernetes
                .client()
                .configMaps()
                .inNamespace("default")
                .withName(name)
                .withPropagationPolicy(propagation)
                .delete();
    }

    @Test
    void dependentsOfDependentsGoToo() {
        create("leaf", create("branch", create("root")));
        delete("root", DeletionPropagation.BACKGROUND);
        eventually().until(() -> !exists("root") && !exists("branch") && !exists("leaf"));
    }

    @Test
    void anObjectStaysAsLongAsOneOfItsOwnersDoes() {
        create("child", create("one"), create("two"));
        delete("one", DeletionPropagation.BACKGROUND);
        eventually().until(() -> map("child").getMetadata().getOwnerReferences().size() == 1);
        delete("two", DeletionPropagation.BACKGROUND);
        eventually().until(() -> !exists("child"));
    }

    @Test
    void orphansLoseTheirOwnerAndStay() {
        create("child", create("root"));
        delete("root", DeletionPropagation.ORPHAN);
        eventually().until(() -> !exists("root"));
        assertThat(map("child").getMetadata().getOwnerReferences()).isEmpty();
    }

    @Test
    void aForegroundDeletionWaitsForTheDependents() {
        var root = create("root");
        create("child", root);
        kubernetes
                .client()
                .configMaps()
                .inNamespace("default")
                .withName("child")
                .edit(child -> {
                    child.getMetadata().getFinalizers().add("test/hold");
                    return child;
                });
        delete("root", DeletionPropagation.FOREGROUND);
        eventually().until(() -> map("child").getMetadata().getDeletionTimestamp() != null);
        assertThat(exists("root")).isTrue();
        kubernetes
                .client()
                .configMaps()
                .inNamespace("default")
                .withName("child")
                .edit(child -> {
                    child.getMetadata().getFinalizers().clear();
                    return child;
                });
        eventually().until(() -> !exists("root") && !exists("child"));
    }

    @Test
    void theAddressOfAServiceLeadsToItsReadyPods() throws IOException {
        kubernetes.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: default, labels: {app: p}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: test/counter:1}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: p, namespace: default}
                spec:
                  selector: {app: p}
                  ports: [{port: 80, targetPort: 7777}]
                """);
        eventually().until(() -> kubernetes.isReady("p"));
        var service = kubernetes
                .client()
                .services()
                .inNamespace("default")
                .withName("p")
                .get();
        String address = service.getSpec().getClusterIP();
        assertThat(address).startsWith("127.");
        try (var behind = new ServerSocket()) {
            behind.bind(new InetSocketAddress(
                    InetAddress.getByName(kubernetes.pod("p").getStatus().getPodIP()), 7777));
            Thread.ofVirtual().start(() -> greetEveryone(behind));
            eventually().ignoreExceptions().untilAsserted(() -> {
                try (var socket = new Socket(address, 80)) {
                    socket.setSoTimeout(1_000);
                    assertThat(socket.getInputStream().readNBytes(5))
                            .asString(StandardCharsets.UTF_8)
                            .isEqualTo("hello");
                }
            });
        }
    }

    private static void greetEveryone(ServerSocket server) {
        while (!server.isClosed()) {
            try (var socket = server.accept();
                    OutputStream out = socket.getOutputStream()) {
                out.write("hello".getBytes(StandardCharsets.UTF_8));
            } catch (IOException closed) {
                return;
            }
        }
    }
}
