package io.concordkv.local.cluster;

import static io.concordkv.local.cluster.TestKubernetes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kubernetes")
class StatefulSetTest {
    private static final String SET = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec:
              clusterIP: None
              publishNotReadyAddresses: true
              selector: {app: web}
              ports: [{name: http, port: 8080}]
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: web, namespace: default}
            spec:
              serviceName: web
              replicas: 3
              podManagementPolicy: Parallel
              updateStrategy: {type: OnDelete}
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 5
                  containers:
                  - name: main
                    image: test/counter:1
                    env: [{name: DATA_DIR, value: /data}]
                    volumeMounts: [{name: data, mountPath: /data}]
              volumeClaimTemplates:
              - metadata: {name: data}
                spec:
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1Gi}}
            """;

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

    private StatefulSetStatus status() {
        var set = kubernetes
                .client()
                .apps()
                .statefulSets()
                .inNamespace("default")
                .withName("web")
                .get();
        return set.getStatus() == null ? new StatefulSetStatus() : set.getStatus();
    }

    private void threeReady() {
        kubernetes.apply(SET);
        eventually().untilAsserted(() -> {
            assertThat(status()).isNotNull();
            assertThat(status().getReadyReplicas()).isEqualTo(3);
            assertThat(status().getAvailableReplicas()).isEqualTo(3);
        });
    }

    @Test
    void comesUpWithNamesClaimsAddressesAndLabels() throws IOException {
        threeReady();
        var pods = kubernetes.client().pods().inNamespace("default").list().getItems();
        assertThat(pods)
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactlyInAnyOrder("web-0", "web-1", "web-2");
        assertThat(pods)
                .extracting(pod -> pod.getStatus().getPodIP())
                .doesNotHaveDuplicates()
                .allMatch(ip -> ip.startsWith("127."));
        assertThat(kubernetes.pod("web-1").getMetadata().getLabels())
                .containsEntry("statefulset.kubernetes.io/pod-name", "web-1")
                .containsEntry("apps.kubernetes.io/pod-index", "1")
                .containsEntry("controller-revision-hash", status().getUpdateRevision());
        assertThat(kubernetes
                        .client()
                        .persistentVolumeClaims()
                        .inNamespace("default")
                        .list()
                        .getItems())
                .allMatch(claim -> claim.getStatus().getPhase().equals("Bound"))
                .hasSize(3);
        assertThat(directory.resolve("volumes/default/data-web-2/starts")).hasContent("web-2");
        assertThat(status().getCurrentRevision()).isEqualTo(status().getUpdateRevision());
        eventually()
                .untilAsserted(() -> assertThat(directory.resolve("hosts/default"))
                        .content()
                        .contains(kubernetes.pod("web-1").getStatus().getPodIP() + " web-1.web web-1.web.default"));
    }

    @Test
    void aDeletedPodComesBackWithItsDataAndAnotherAddress() {
        threeReady();
        var before = kubernetes.pod("web-1");
        kubernetes.client().resource(before).delete();
        eventually().untilAsserted(() -> {
            var now = kubernetes.pod("web-1");
            assertThat(now).isNotNull();
            assertThat(now.getMetadata().getUid())
                    .isNotEqualTo(before.getMetadata().getUid());
            assertThat(kubernetes.isReady("web-1")).isTrue();
            assertThat(now.getStatus().getPodIP())
                    .isNotEqualTo(before.getStatus().getPodIP());
        });
        assertThat(directory.resolve("volumes/default/data-web-1/starts")).hasContent("web-1\nweb-1");
    }

    @Test
    void aNewTemplateReplacesNoPodUntilItIsDeleted() {
        threeReady();
        String old = status().getUpdateRevision();
        var uids = kubernetes.client().pods().inNamespace("default").list().getItems().stream()
                .map(pod -> pod.getMetadata().getUid())
                .toList();
        kubernetes
                .client()
                .apps()
                .statefulSets()
                .inNamespace("default")
                .withName("web")
                .edit(set -> {
                    set.getSpec().getTemplate().getMetadata().setAnnotations(Map.of("version", "2"));
                    return set;
                });
        eventually().untilAsserted(() -> {
            assertThat(status().getUpdateRevision()).isNotEqualTo(old);
            assertThat(status().getUpdatedReplicas()).isZero();
            assertThat(status().getCurrentRevision()).isEqualTo(old);
        });
        assertThat(kubernetes.client().pods().inNamespace("default").list().getItems())
                .extracting(pod -> pod.getMetadata().getUid())
                .containsExactlyInAnyOrderElementsOf(uids);

        kubernetes.client().pods().inNamespace("default").withName("web-2").delete();
        eventually().untilAsserted(() -> {
            assertThat(status().getUpdatedReplicas()).isEqualTo(1);
            assertThat(status().getReadyReplicas()).isEqualTo(3);
            assertThat(kubernetes.pod("web-2").getMetadata().getLabels())
                    .containsEntry("controller-revision-hash", status().getUpdateRevision());
        });
    }

    @Test
    void deletingTheSetCollectsThePodsAndKeepsTheClaims() {
        threeReady();
        kubernetes
                .client()
                .apps()
                .statefulSets()
                .inNamespace("default")
                .withName("web")
                .delete();
        eventually()
                .untilAsserted(() -> assertThat(kubernetes
                                .client()
                                .pods()
                                .inNamespace("default")
                                .list()
                                .getItems())
                        .isEmpty());
        assertThat(kubernetes
                        .client()
                        .persistentVolumeClaims()
                        .inNamespace("default")
                        .list()
                        .getItems())
                .hasSize(3);
        assertThat(Files.exists(directory.resolve("volumes/default/data-web-0/starts")))
                .isTrue();
    }

    @Test
    void claimsGoWithTheSetWhenItsPolicySaysSo() {
        kubernetes.apply(
                SET.replace(
                        "  serviceName: web\n",
                        "  serviceName: web\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}\n"));
        eventually().untilAsserted(() -> assertThat(status().getReadyReplicas()).isEqualTo(3));
        kubernetes
                .client()
                .apps()
                .statefulSets()
                .inNamespace("default")
                .withName("web")
                .delete();
        eventually().untilAsserted(() -> {
            assertThat(kubernetes
                            .client()
                            .persistentVolumeClaims()
                            .inNamespace("default")
                            .list()
                            .getItems())
                    .isEmpty();
            assertThat(kubernetes.client().persistentVolumes().list().getItems())
                    .isEmpty();
            assertThat(directory.resolve("volumes/default/data-web-0")).doesNotExist();
        });
    }

    @Test
    void anOrderedSetStartsOnePodAfterTheOtherAndShrinksFromTheTop() {
        kubernetes.apply(SET.replace("Parallel", "OrderedReady").replace("OnDelete", "RollingUpdate"));
        eventually().untilAsserted(() -> assertThat(status().getReadyReplicas()).isEqualTo(3));
        var started = List.of("web-0", "web-1", "web-2").stream()
                .map(name -> kubernetes.pod(name).getMetadata().getResourceVersion())
                .toList();
        assertThat(started).doesNotHaveDuplicates();
        kubernetes
                .client()
                .apps()
                .statefulSets()
                .inNamespace("default")
                .withName("web")
                .scale(1);
        eventually().untilAsserted(() -> {
            assertThat(kubernetes.client().pods().inNamespace("default").list().getItems())
                    .extracting(pod -> pod.getMetadata().getName())
                    .containsExactly("web-0");
            assertThat(status().getReplicas()).isEqualTo(1);
        });
    }

    @Test
    void aRollingUpdateReplacesThePodsFromTheTop() {
        kubernetes.apply(SET.replace("OnDelete", "RollingUpdate"));
        eventually().untilAsserted(() -> assertThat(status().getReadyReplicas()).isEqualTo(3));
        String old = status().getCurrentRevision();
        kubernetes
                .client()
                .apps()
                .statefulSets()
                .inNamespace("default")
                .withName("web")
                .edit(set -> {
                    set.getSpec().getTemplate().getMetadata().setAnnotations(Map.of("version", "2"));
                    return set;
                });
        eventually().untilAsserted(() -> {
            assertThat(status().getCurrentRevision()).isNotEqualTo(old).isEqualTo(status().getUpdateRevision());
            assertThat(status().getUpdatedReplicas()).isEqualTo(3);
            assertThat(status().getReadyReplicas()).isEqualTo(3);
        });
    }
}
