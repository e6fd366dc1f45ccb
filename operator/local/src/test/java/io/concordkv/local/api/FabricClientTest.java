package io.concordkv.local.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The fabric8 client, which operator, controllers and kubelet use, on the endpoint.
@Tag("kubernetes")
class FabricClientTest {
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("operator")
            .withForce(true)
            .build();

    @TempDir
    Path directory;

    private RunningEndpoint endpoint;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        endpoint = new RunningEndpoint(directory);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(endpoint.server().kubeconfig()))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        endpoint.close();
    }

    @Test
    void anApplyNamesTheVersionAndTheObjectItIsMeantFor() {
        StatefulSet first = client.resource(set("a")).patch(APPLY);
        client.resource(set("b")).patch(APPLY);

        StatefulSet overtaken = set("c");
        overtaken.getMetadata().setResourceVersion(first.getMetadata().getResourceVersion());
        assertThat(refusal(overtaken)).isEqualTo(409);
        StatefulSet another = set("c");
        another.getMetadata().setUid("00000000-0000-0000-0000-000000000000");
        assertThat(refusal(another)).isEqualTo(409);
        another.getMetadata().setName("absent");
        assertThat(refusal(another)).isEqualTo(409);

        StatefulSet meant = set("c");
        meant.getMetadata().setUid(first.getMetadata().getUid());
        assertThat(client.resource(meant).patch(APPLY).getMetadata().getUid())
                .isEqualTo(first.getMetadata().getUid());
    }

    private int refusal(StatefulSet set) {
        try {
            client.resource(set).patch(APPLY);
            return 200;
        } catch (KubernetesClientException e) {
            return e.getCode();
        }
    }

    private static StatefulSet set(String image) {
        return new StatefulSetBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withServiceName("web")
                .withReplicas(3)
                .withNewSelector()
                .withMatchLabels(Map.of("app", "web"))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("node")
                .withImage(image)
                .addNewPort()
                .withContainerPort(8080)
                .endPort()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static ConfigMap map(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .addToData("key", value)
                .build();
    }

    @Test
    void serverSideApplyCreatesMergesAndLeavesEqualObjectsAlone() {
        StatefulSet created = client.resource(set("concordkv/node:1")).patch(APPLY);
        assertThat(created.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getPorts()
                        .getFirst()
                        .getProtocol())
                .isEqualTo("TCP");
        StatefulSet same = client.resource(set("concordkv/node:1")).patch(APPLY);
        assertThat(same).isEqualTo(created);
        assertThat(same.getMetadata().getResourceVersion())
                .isEqualTo(created.getMetadata().getResourceVersion());
        StatefulSet changed = client.resource(set("concordkv/node:2")).patch(APPLY);
        assertThat(changed.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(changed.getMetadata().getManagedFields())
                .anySatisfy(entry -> assertThat(entry.getManager()).isEqualTo("operator"));
    }

    @Test
    void aFieldLeftOutOfTheNextApplyIsRemovedUnlessSomeoneElseOwnsIt() {
        ConfigMap two = new ConfigMapBuilder(map("shared", "1"))
                .addToData("mine", "x")
                .addToData("both", "y")
                .build();
        client.resource(two).patch(APPLY);
        ConfigMap other = new ConfigMapBuilder(map("shared", "1"))
                .withData(Map.of("both", "y"))
                .build();
        client.resource(other)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("other")
                        .build());
        ConfigMap now = client.resource(map("shared", "1")).patch(APPLY);
        assertThat(now.getData()).containsOnlyKeys("key", "both");
    }

    @Test
    void aStaleUpdateIsRefused() {
        ConfigMap first = client.resource(map("stale", "1")).create();
        client.resource(map("stale", "2")).update();
        assertThatThrownBy(() -> client.resource(new ConfigMapBuilder(first)
                                .addToData("key", "3")
                                .build())
                        .update())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getMessage()).contains("the object has been modified");
                });
    }

    @Test
    void anInformerSurvivesARestartAndListsAgainAfterItsVersionIsForgotten() throws IOException {
        client.resource(map("first", "1")).create();
        try (SharedIndexInformer<ConfigMap> informer =
                client.configMaps().inNamespace("default").inform()) {
            await().until(informer::hasSynced);
            client.resource(map("second", "1")).create();
            await().until(() -> informer.getStore().list().size() == 2);
            endpoint.restart(); // the log of changes is gone: every older watch gets 410
            client.resource(map("third", "1")).create();
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> informer.getStore().list().size() == 3 && informer.isWatching());
        }
    }

    @Test
    void aWatchOfAForgottenVersionGetsAnErrorEventWithCode410() throws IOException, InterruptedException {
        client.resource(map("old", "1")).create();
        String version =
                client.configMaps().inNamespace("default").list().getMetadata().getResourceVersion();
        client.resource(map("old", "2")).update();
        endpoint.server().compact();
        String body = get("/api/v1/configmaps?watch=1&resourceVersion=" + version);
        assertThat(body).contains("\"type\":\"ERROR\"", "\"code\":410", "\"reason\":\"Expired\"");
    }

    @Test
    void listsArePagedThroughOneRevision() {
        for (int i = 0; i < 5; i++) {
            client.resource(map("page" + i, "1")).create();
        }
        var first = client.configMaps()
                .inNamespace("default")
                .list(new ListOptionsBuilder().withLimit(2L).build());
        assertThat(first.getItems()).hasSize(2);
        assertThat(first.getMetadata().getRemainingItemCount()).isEqualTo(3);
        client.resource(map("page4", "1")).delete();
        client.resource(map("page9", "1")).create();
        var rest = client.configMaps()
                .inNamespace("default")
                .list(new ListOptionsBuilder()
                        .withContinue(first.getMetadata().getContinue())
                        .build());
        assertThat(rest.getItems())
                .extracting(item -> item.getMetadata().getName())
                .containsExactly("page2", "page3", "page4");
        endpoint.server().compact();
        client.resource(map("page10", "1")).create();
        endpoint.server().compact();
        assertThatThrownBy(() -> client.configMaps()
                        .inNamespace("default")
                        .list(new ListOptionsBuilder()
                                .withContinue(first.getMetadata().getContinue())
                                .build()))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(410));
    }

    @Test
    void objectsSurviveARestartWithTheirVersions() throws IOException {
        ConfigMap before = client.resource(map("kept", "1")).create();
        endpoint.restart();
        ConfigMap after = client.resource(map("kept", "1")).get();
        assertThat(after.getMetadata()).isEqualTo(before.getMetadata());
        ConfigMap next = client.resource(map("kept", "2")).update();
        assertThat(Long.parseLong(next.getMetadata().getResourceVersion()))
                .isGreaterThan(Long.parseLong(before.getMetadata().getResourceVersion()));
    }

    @Test
    void evictionsRespectTheBudgetOneByOne() {
        for (String name : List.of("a", "b")) {
            Pod pod = new PodBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace("default")
                    .addToLabels("app", "web")
                    .endMetadata()
                    .withNewSpec()
                    .withNodeName("laptop")
                    .addNewContainer()
                    .withName("node")
                    .withImage("concordkv/node:1")
                    .endContainer()
                    .endSpec()
                    .build();
            client.resource(pod).create();
            client.pods()
                    .inNamespace("default")
                    .withName(name)
                    .editStatus(p -> new PodBuilder(p)
                            .withNewStatus()
                            .withPhase("Running")
                            .addNewCondition()
                            .withType("Ready")
                            .withStatus("True")
                            .endCondition()
                            .endStatus()
                            .build());
        }
        var budget = client.resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withNewMaxUnavailable(1)
                        .withNewSelector()
                        .addToMatchLabels("app", "web")
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
        client.resource(budget)
                .editStatus(b -> new PodDisruptionBudgetBuilder(b)
                        .withNewStatus()
                        .withObservedGeneration(1L)
                        .withDisruptionsAllowed(1)
                        .withCurrentHealthy(2)
                        .withDesiredHealthy(1)
                        .withExpectedPods(2)
                        .endStatus()
                        .build());
        assertThat(client.pods().inNamespace("default").withName("a").evict()).isTrue();
        assertThat(client.pods().inNamespace("default").withName("b").evict()).isFalse();
    }

    @Test
    void nothingIsAnsweredWithoutTheToken() throws IOException, InterruptedException {
        URI secrets = URI.create("http://127.0.0.1:" + endpoint.server().port() + "/api/v1/secrets");
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (var request : List.of(
                    HttpRequest.newBuilder(secrets),
                    HttpRequest.newBuilder(secrets).header("User-Agent", "curl/8.5.0"),
                    asKubectl(secrets).header("Authorization", "Bearer another"),
                    asKubectl(secrets).header("Sec-Fetch-Site", "cross-site"),
                    asKubectl(secrets).header("Referer", "http://127.0.0.1:8080/"),
                    asKubectl(secrets).header("Origin", "http://127.0.0.1.example.com:80"),
                    asKubectl(secrets).POST(HttpRequest.BodyPublishers.ofString("{}")),
                    asKubectl(secrets).DELETE(),
                    asKubectl(secrets).method("OPTIONS", HttpRequest.BodyPublishers.noBody()),
                    asKubectl(URI.create(secrets.toString().replace("127.0.0.1", "localhost"))))) {
                var refused = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.body()).contains("Unauthorized");
            }
            var bearer = http.send(
                    HttpRequest.newBuilder(secrets)
                            .header("Authorization", "Bearer " + RunningEndpoint.TOKEN)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(bearer.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void kubectlOfTheSameUserMayReadWithoutIt() throws IOException, InterruptedException {
        URI root = URI.create("http://127.0.0.1:" + endpoint.server().port() + "/");
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(asKubectl(root).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("/apis/apps/v1");
        }
    }

    private static HttpRequest.Builder asKubectl(URI uri) {
        return HttpRequest.newBuilder(uri).header("User-Agent", "kubectl/v1.32.4 (linux/amd64) kubernetes/59526cd");
    }

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(endpoint.server().url() + path))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
