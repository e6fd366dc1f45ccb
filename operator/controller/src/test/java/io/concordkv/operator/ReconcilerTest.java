package io.concordkv.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.operator.world.Stage;
import io.concordkv.operator.world.World;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole operator against the local API server, with pods that are only status.
class ReconcilerTest {
    private static World world;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        world = new World(directory);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void foundsAClusterOfThree() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            var status = stage.cluster().recorded();
            assertThat(status.clusterId()).matches("[0-9a-f]{32}");
            assertThat(status.bootstrapped()).isTrue();
            assertThat(status.members())
                    .extracting(m -> m.name() + " " + m.nodeId() + " " + m.state())
                    .containsExactly("demo-a-0 1 serving", "demo-a-1 2 serving", "demo-a-2 3 serving");
            assertThat(status.summary().nodes()).isEqualTo("3/3");
            assertThat(status.shards().total()).isEqualTo(8);
            assertThat(stage.holds("Quorate")).isTrue();
            assertThat(stage.holds("Stalled")).isFalse();
            assertThat(stage.nodes().foundedIds()).isEqualTo(Set.of(status.clusterId()));
        }
    }

    @Test
    void aSingleNodeIsAClusterToo() {
        try (Stage stage = world.stage("{nodes: 1, replicationFactor: 1}")) {
            stage.startOperator();
            stage.awaitReady();

            assertThat(stage.cluster().recorded().summary().nodes()).isEqualTo("1/1");
            assertThat(stage.budget()).isNull();

            stage.apply("{nodes: 1, replicationFactor: 1, image: 'concordkv/node:2'}");
            stage.awaitThat("the new image", s -> s.allPodsRun("concordkv/node:2") && s.holds("Ready"));
            assertThat(stage.nodes().violations()).isEmpty();
        }
    }

    @Test
    void aNewImageRestartsOneNodeAtATime() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            String clusterId = stage.cluster().recorded().clusterId();
            stage.nodes().watchRestarts();

            stage.apply("{image: 'concordkv/node:2'}");
            stage.awaitThat("the new image", s -> s.allPodsRun("concordkv/node:2") && s.holds("Ready"));

            assertThat(stage.nodes().violations()).isEmpty();
            assertThat(stage.nodes().restarts()).hasSize(3).doesNotHaveDuplicates();
            assertThat(stage.cluster().recorded().clusterId()).isEqualTo(clusterId);
            assertThat(stage.cluster().recorded().currentAction()).isNull();
            assertThat(stage.budget().getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
            assertThat(stage.events()).contains("NodeRestarting");
        }
    }

    @Test
    void aSettingRestartsOneNodeAtATimeToo() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            stage.nodes().watchRestarts();

            stage.apply("{config: {concord.log.json: 'true'}}");
            stage.awaitThat("three restarts", s -> s.nodes().restarts().size() == 3 && s.holds("Ready"));

            assertThat(stage.nodes().violations()).isEmpty();
            assertThat(stage.pods())
                    .allSatisfy(p -> assertThat(
                                    p.getSpec().getContainers().getFirst().getEnv())
                            .anyMatch(e -> e.getName().equals("CONCORD_LOG_JSON")
                                    && e.getValue().equals("true")));
        }
    }

    @Test
    void aFailingImageStopsAfterOneNodeSaysWhyAndCanBeTakenBack() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.apply("{image: 'concordkv/node:fail'}");
            stage.awaitThat("a stop", s -> s.reason("Stalled").equals("NodeCannotStart"));

            var status = stage.cluster().recorded();
            assertThat(status.condition("Stalled").orElseThrow().message())
                    .contains("unknown setting concord.nonsense");
            assertThat(status.condition("Progressing").orElseThrow().status()).isEqualTo("False");
            assertThat(status.members())
                    .anySatisfy(m -> assertThat(m.reason()).contains("unknown setting concord.nonsense"));
            assertThat(stage.holds("Quorate")).isTrue();
            assertThat(stage.pods().stream()
                            .filter(p -> p.getSpec()
                                    .getContainers()
                                    .getFirst()
                                    .getImage()
                                    .endsWith(":fail")))
                    .hasSize(1);

            stage.apply("{image: 'concordkv/node:3'}");
            stage.awaitThat("a better image", s -> s.allPodsRun("concordkv/node:3") && s.holds("Ready"));
            assertThat(stage.nodes().violations()).isEmpty();
        }
    }

    @Test
    void aBadImageFromTheStartCanBeCorrected() {
        try (Stage stage = world.stage("{image: 'concordkv/node:fail'}")) {
            stage.startOperator();
            stage.awaitThat("a stop", s -> s.reason("Stalled").equals("NodeCannotStart"));

            stage.apply("{image: 'concordkv/node:latest'}");
            stage.awaitReady();
        }
    }

    @Test
    void aLostPodComesBackOnItsVolume() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            String before = stage.podUids().get("demo-a-1");

            stage.deletePod("demo-a-1");
            stage.awaitThat(
                    "its return",
                    s -> s.podUids().containsKey("demo-a-1")
                            && !s.podUids().get("demo-a-1").equals(before));
            stage.awaitReady();

            assertThat(stage.cluster()
                            .recorded()
                            .member("demo-a-1")
                            .orElseThrow()
                            .nodeId())
                    .isEqualTo("2");
            assertThat(stage.nodes().foundedIds()).hasSize(1);
        }
    }

    @Test
    void aLostVolumeKeepsItsNodeOut() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.nodes().wipe(stage.claimUid("demo-a-2"));
            stage.deletePod("demo-a-2");
            stage.awaitThat("the verdict", s -> s.reason("Degraded").equals("VolumeLost"));

            assertThat(stage.holds("Ready")).isFalse();
            assertThat(stage.holds("Quorate")).isTrue();
            assertThat(stage.nodes().foundedIds()).hasSize(1);
            assertThat(stage.cluster()
                            .recorded()
                            .member("demo-a-2")
                            .orElseThrow()
                            .state())
                    .isEqualTo("empty");
        }
    }

    @Test
    void aDamagedReplicaIsNamed() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.nodes().damage("demo-a-0");
            stage.awaitThat("the verdict", s -> s.reason("Degraded").equals("ReplicaDamaged"));
            assertThat(stage.budget().getSpec().getMaxUnavailable().getIntVal()).isZero();
        }
    }

    @Test
    void damagedCopiesOfAServingNodeAreNamed() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.nodes().damageShard("demo-a-1", 10);
            stage.nodes().damageShard("demo-a-1", 2);
            stage.awaitThat("the verdict", s -> s.reason("Degraded").equals("ReplicaDamaged"));
            assertThat(stage.cluster()
                            .recorded()
                            .condition("Degraded")
                            .orElseThrow()
                            .message())
                    .contains("demo-a-1")
                    .contains("[2, 10]");
        }
    }

    @Test
    void anotherNumberOfNodesIsRefusedInACondition() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.apply("{nodes: 5}");
            stage.awaitThat("the verdict", s -> s.reason("Stalled").equals("ScalingNotYetSupported"));
            assertThat(stage.pods()).hasSize(3);

            stage.apply("{nodes: 3}");
            stage.awaitReady();
        }
    }

    @Test
    void deletionKeepsTheVolumesAndRecreationAdoptsThem() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            String clusterId = stage.cluster().recorded().clusterId();

            stage.deleteCluster();
            stage.awaitThat("the end", s -> s.cluster() == null && s.pods().isEmpty());
            assertThat(stage.claims()).hasSize(3);

            stage.apply("{}");
            stage.awaitReady();
            assertThat(stage.cluster().recorded().clusterId()).isEqualTo(clusterId);
            assertThat(stage.nodes().foundedIds()).containsExactly(clusterId);
        }
    }

    @Test
    void deletionTakesTheVolumesWhenToldSo() {
        try (Stage stage = world.stage("{dataPolicy: Delete}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.deleteCluster();
            stage.awaitThat("the end", s -> s.cluster() == null && s.pods().isEmpty());
            assertThat(stage.claims()).isEmpty();
        }
    }

    @Test
    void deletionProtectionHoldsTheDeletion() {
        try (Stage stage = world.stage("{deletionProtection: true}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.deleteCluster();
            stage.awaitThat("the block", s -> s.reason("Stalled").equals("DeletionBlocked"));
            assertThat(stage.pods()).hasSize(3);

            stage.apply("{deletionProtection: false}");
            stage.awaitThat("the end", s -> s.cluster() == null);
        }
    }

    @Test
    void aPausedClusterIsLeftAlone() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            var before = stage.podUids();

            stage.apply("{paused: true, image: 'concordkv/node:2'}");
            stage.awaitThat("the pause", s -> s.holds("Paused"));
            assertThat(stage.set()
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst()
                            .getImage())
                    .isEqualTo("concordkv/node:latest");
            assertThat(stage.podUids()).isEqualTo(before);

            stage.apply("{paused: false, image: 'concordkv/node:2'}");
            stage.awaitThat("the new image", s -> s.allPodsRun("concordkv/node:2") && s.holds("Ready"));
        }
    }

    @Test
    void driftIsRepairedAndForeignFieldsSurvive() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.kubernetes()
                    .services()
                    .inNamespace(stage.namespace())
                    .withName("demo")
                    .edit(service -> {
                        service.getMetadata().getAnnotations().put("example.org/team", "a");
                        service.getSpec().getSelector().put("concordkv.io/pool", "nowhere");
                        return service;
                    });
            stage.kubernetes()
                    .configMaps()
                    .inNamespace(stage.namespace())
                    .withName("demo")
                    .delete();
            stage.kubernetes()
                    .apps()
                    .statefulSets()
                    .inNamespace(stage.namespace())
                    .withName("demo-a")
                    .scale(2);

            stage.awaitThat("the repair", s -> {
                var service = s.kubernetes()
                        .services()
                        .inNamespace(s.namespace())
                        .withName("demo")
                        .get();
                return "default".equals(service.getSpec().getSelector().get("concordkv.io/pool"))
                        && "a".equals(service.getMetadata().getAnnotations().get("example.org/team"))
                        && s.kubernetes()
                                        .configMaps()
                                        .inNamespace(s.namespace())
                                        .withName("demo")
                                        .get()
                                != null
                        && s.set().getSpec().getReplicas() == 3;
            });
            stage.awaitReady();
            assertThat(stage.events()).contains("DriftCorrected");
        }
    }

    @Test
    void anUnfinishedFoundingIsNoRefusal() {
        try (Stage stage = world.stage("{}")) {
            stage.nodes().answerTheNextFoundingAsUnfinished();
            stage.startOperator();
            stage.awaitReady();

            assertThat(stage.events()).contains("ClusterFounded").doesNotContain("FoundingRefused");
        }
    }

    @Test
    void aReservationIsGivenBackThoughTheLeaderWasAway() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.apply("{image: 'concordkv/node:fail'}");
            stage.awaitThat("a stop", s -> s.reason("Stalled").equals("NodeCannotStart"));
            String other =
                    stage.cluster().recorded().currentAction().target().equals("demo-a-0") ? "demo-a-1" : "demo-a-0";
            stage.nodes().leaderless(true);
            stage.nodes().grantLate(other, "concord-operator/" + stage.namespace() + "/demo");
            stage.apply("{image: 'concordkv/node:4'}");
            stage.awaitThat(
                    "the refusal",
                    s -> s.cluster().recorded().blockedBy().stream()
                            .anyMatch(b -> b.contains(other + " is not given back yet")));

            stage.nodes().leaderless(false);
            stage.awaitThat("the better image", s -> s.allPodsRun("concordkv/node:4") && s.holds("Ready"));
            stage.awaitThat("no action", s -> s.cluster().recorded().currentAction() == null);
            assertThat(stage.nodes().isReserved()).isFalse();
            assertThat(stage.nodes().violations()).isEmpty();
        }
    }

    @Test
    void aRestartTakenBackEndsOnlyWhenItsReservationHas() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.nodes().leaderless(true);
            stage.apply("{image: 'concordkv/node:2'}");
            stage.awaitThat("a restart", s -> s.cluster().recorded().currentAction() != null);
            String target = stage.cluster().recorded().currentAction().target();
            stage.nodes().grantLate(target, "concord-operator/" + stage.namespace() + "/demo");
            stage.apply("{}");
            stage.awaitThat(
                    "the refusal",
                    s -> s.cluster().recorded().blockedBy().stream()
                            .anyMatch(b -> b.contains(target + " is not given back yet")));
            assertThat(stage.cluster().recorded().currentAction().target()).isEqualTo(target);

            stage.nodes().leaderless(false);
            stage.awaitReady();
            stage.awaitThat("no action", s -> s.cluster().recorded().currentAction() == null);
            assertThat(stage.nodes().isReserved()).isFalse();
        }
    }

    @Test
    void anObjectWhoseLabelsWereChangedIsStillOurs() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            var set = stage.kubernetes()
                    .apps()
                    .statefulSets()
                    .inNamespace(stage.namespace())
                    .withName("demo-a");

            set.edit(found -> {
                found.getMetadata().getLabels().put("concordkv.io/cluster", "somebody-elses");
                return found;
            });

            // Long before the look at everything, which comes every 30 s.
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(set.get().getMetadata().getLabels())
                            .containsEntry("concordkv.io/cluster", "demo"));
        }
    }

    @Test
    void aClaimWithoutVolumeIsToldInTheWordsOfItsEvent() {
        try (Stage stage = world.stage("{storage: {class: nowhere}}")) {
            stage.startOperator();
            stage.awaitThat("claims", s -> s.claims().size() == 3);
            stage.say(
                    stage.claims().getFirst(),
                    "Warning",
                    "ProvisioningFailed",
                    "storageclass.storage.k8s.io \"nowhere\" not found");

            stage.awaitThat("the verdict", s -> s.reason("Stalled").equals("VolumeUnbound"));
            assertThat(stage.cluster()
                            .recorded()
                            .condition("Stalled")
                            .orElseThrow()
                            .message())
                    .contains("\"nowhere\" not found")
                    .contains("make StorageClass nowhere");
        }
    }

    @Test
    void aFinishedClusterCausesNoWrites() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            stage.awaitThat("the last word of it", s -> s.events().contains("Ready"));
            int before = stage.gate().writes().size();
            for (int i = 0; i < 20; i++) {
                stage.touchEverything(i);
            }
            stage.awaitThat("the operator's looks", s -> s.nodes().looks() > 20);

            assertThat(stage.gate()
                            .writes()
                            .subList(before, stage.gate().writes().size()))
                    .isEmpty();
        }
    }

    @Test
    void whoLosesTheRightToActInTheMiddleOfAPassWritesNothingMore() {
        for (int writes = 1; writes <= 12; writes++) {
            try (Stage stage = world.stage("{}")) {
                stage.leadForWrites(writes);
                stage.startOperator();
                stage.awaitThat("the next pass", Stage::hasAskedAgain);

                assertThat(stage.gate().writes()).hasSize(writes);
            }
        }
    }

    @Test
    void aStatusThatWasOvertakenIsNotWritten() {
        String drawnBySuccessor = "0123456789abcdef0123456789abcdef";
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitThat("a status", s -> !s.reason("Ready").isEmpty());
            stage.gate().beforeNext("/status", () -> stage.rememberId(drawnBySuccessor));
            stage.awaitReady();

            assertThat(stage.cluster().recorded().clusterId()).isEqualTo(drawnBySuccessor);
            assertThat(stage.nodes().foundedIds()).containsExactly(drawnBySuccessor);
        }
    }

    @Test
    void anObjectTheApiServerFailsAtIsToldAndTriedAgain() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.gate().failAt("/configmaps/demo");
            stage.apply("{config: {concord.log.json: 'true'}}");
            stage.awaitThat("the verdict", s -> s.reason("Stalled").equals("ApplyRefused"));
            assertThat(stage.cluster()
                            .recorded()
                            .condition("Stalled")
                            .orElseThrow()
                            .message())
                    .contains("the API server fails at ConfigMap demo");

            stage.gate().failAt(null);
            stage.awaitReady();
        }
    }

    /// The deletion was waited for by its uid for ever, and the roll-out stood still without a word.
    @Test
    void aPodWhoseDeletionFailsIsToldAndDeletedAgain() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            stage.gate().failAt("/pods/demo-a-0");
            stage.apply("{config: {concord.log.json: 'true'}}");
            stage.awaitThat("the verdict", s -> s.reason("Stalled").equals("ApplyRefused"));
            assertThat(stage.cluster()
                            .recorded()
                            .condition("Stalled")
                            .orElseThrow()
                            .message())
                    .contains("the deletion of Pod demo-a-0");

            stage.gate().failAt(null);
            stage.awaitReady();
        }
    }

    @Test
    void aServiceThatBelongsToSomebodyElseIsLeftAlone() {
        try (Stage stage = world.stage("{}")) {
            var services = stage.kubernetes().services().inNamespace(stage.namespace());
            Service before = services.resource(new ServiceBuilder()
                            .withNewMetadata()
                            .withName("demo")
                            .endMetadata()
                            .withNewSpec()
                            .withSelector(Map.of("app", "shop"))
                            .addNewPort()
                            .withPort(80)
                            .endPort()
                            .endSpec()
                            .build())
                    .create();
            stage.startOperator();
            stage.awaitThat("the verdict", s -> s.reason("Stalled").equals("NameTaken"));

            assertThat(stage.cluster()
                            .recorded()
                            .condition("Stalled")
                            .orElseThrow()
                            .message())
                    .contains("Service demo");
            assertThat(services.withName("demo").get()).isEqualTo(before);
            assertThat(stage.set()).as("no node is started").isNull();

            services.withName("demo").delete();
            stage.awaitReady();
            assertThat(services.withName("demo").get().getSpec().getSelector())
                    .containsEntry("concordkv.io/cluster", "demo");
        }
    }

    @Test
    void anObjectThatLostOurLabelsIsStillOurs() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            var service =
                    stage.kubernetes().services().inNamespace(stage.namespace()).withName("demo");

            service.edit(found -> {
                found.getMetadata().setLabels(Map.of("app", "shop"));
                return found;
            });

            stage.awaitThat(
                    "the label",
                    s -> "demo".equals(service.get().getMetadata().getLabels().get("concordkv.io/cluster")));
            assertThat(service.get().getMetadata().getLabels()).containsEntry("app", "shop");
            stage.awaitReady();
        }
    }

    @Test
    void volumesOfTwoClustersAreNotMixed() {
        try (Stage stage = world.stage("{}")) {
            stage.nodes().carry("demo-a-1", "0123456789abcdef0123456789abcdef");
            stage.startOperator();
            stage.awaitReady();
            stage.nodes().carry(stage.claimUid("demo-a-1"), "ffffffffffffffffffffffffffffffff");
            stage.deletePod("demo-a-1");
            stage.awaitThat("the verdict", s -> s.reason("Stalled").equals("IdentityConflict"));
        }
    }

    @Test
    void aTableOfBadResourcesIsRefusedAndOneOfGoodOnesTaken() throws IOException {
        assertThat(ResourceTables.refusalsMissed(world.client())).isEmpty();
        assertThat(ResourceTables.goodOnesRefused(world.client())).isEmpty();
    }
}
