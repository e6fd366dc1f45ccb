package io.concordkv.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KubeFactsTest {
    @Test
    void aNodeThatWasDoneOrEndedWithItsPodHasNoLastWords() {
        assertThat(exited(ended(0, "INFO  closed 8 shards"))).isNull();

        Pod ending = ended(143, "INFO  closed 8 shards");
        ending.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        assertThat(exited(ending)).isNull();
    }

    @Test
    void aNodeThatWasToldToEndWhileItsPodStaysWasEndedByTheKubelet() {
        Pod pod = ended(143, "INFO  closed 8 shards");
        assertThat(exited(pod)).contains("exit code 143", "startup or liveness probe");

        // The turns it takes meanwhile.
        var status = pod.getStatus().getContainerStatuses().getFirst();
        status.setState(status.getLastState());
        assertThat(exited(pod)).contains("exit code 143");
        status.setState(new ContainerStateBuilder()
                .withNewWaiting()
                .withReason("CrashLoopBackOff")
                .endWaiting()
                .build());
        assertThat(exited(pod)).contains("exit code 143");
    }

    private static @Nullable String exited(Pod pod) {
        return KubeFacts.pod(pod, 0, Instant.EPOCH).container().exited();
    }

    @Test
    void aNodeThatStoppedItselfSaysWhy() {
        assertThat(KubeFacts.pod(ended(1, "cannot sync wal-3.log"), 0, Instant.EPOCH)
                        .container()
                        .exited())
                .isEqualTo("cannot sync wal-3.log");
        assertThat(KubeFacts.pod(ended(137, ""), 0, Instant.EPOCH).container().exited())
                .isEqualTo("exit code 137");
    }

    @Test
    void theKubeletsTurnsBetweenTwoWordsForAMissingImageAreOneFact() {
        String cause = "rpc error: code = NotFound desc = failed to pull and unpack image: not found";
        ContainerFacts pulling = waiting("ErrImagePull", cause);
        assertThat(pulling.isFailing()).isTrue();
        assertThat(pulling.message()).isEqualTo(cause);
        assertThat(waiting(
                        "ImagePullBackOff", "Back-off pulling image \"concordkv/node:none\": ErrImagePull: " + cause))
                .isEqualTo(pulling);
        assertThat(waiting("ImagePullBackOff", "Back-off pulling image \"concordkv/node:none\"")
                        .message())
                .isNull();
    }

    @Test
    void aContainerThatSomebodyAddedIsNotTakenForTheNodes() {
        Pod pod = new PodBuilder(ended(1, "cannot sync wal-3.log")).build();
        pod.getStatus()
                .getContainerStatuses()
                .addFirst(new ContainerStatusBuilder()
                        .withName("mesh")
                        .withImage("example.org/mesh")
                        .withNewState()
                        .withNewRunning()
                        .endRunning()
                        .endState()
                        .build());

        ContainerFacts node = KubeFacts.pod(pod, 0, Instant.EPOCH).container();
        assertThat(node.running()).isFalse();
        assertThat(node.exited()).isEqualTo("cannot sync wal-3.log");
    }

    @Test
    void howLongTheKubeletWaitsBeforeTheNextStartIsNoFact() {
        assertThat(waiting("CrashLoopBackOff", "back-off 10s restarting failed container=node pod=demo-a-0"))
                .isEqualTo(waiting("CrashLoopBackOff", "back-off 20s restarting failed container=node pod=demo-a-0"));
    }

    @Test
    void onlyAPodThatHasWaitedForAMachineForSomeTimeIsSaidToHaveNone() {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName("demo-a-0")
                .withUid("1")
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withMessage("0/3 nodes are available")
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .endCondition()
                .endStatus()
                .build();
        assertThat(KubeFacts.pod(pod, 0, Instant.parse("2026-01-01T00:00:09Z")).unscheduled())
                .isNull();
        assertThat(KubeFacts.pod(pod, 0, Instant.parse("2026-01-01T00:00:11Z")).unscheduled())
                .isEqualTo("0/3 nodes are available");
    }

    private static ContainerFacts waiting(String reason, String message) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName("demo-a-0")
                .withUid("1")
                .endMetadata()
                .withNewStatus()
                .addNewContainerStatus()
                .withName("node")
                .withImage("concordkv/node:none")
                .withNewState()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
        return KubeFacts.pod(pod, 0, Instant.EPOCH).container();
    }

    private static Pod ended(int exitCode, String message) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("demo-a-0")
                .withUid("1")
                .endMetadata()
                .withNewStatus()
                .addNewContainerStatus()
                .withName("node")
                .withNewLastState()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withMessage(message)
                .endTerminated()
                .endLastState()
                .endContainerStatus()
                .endStatus()
                .build();
    }
}
