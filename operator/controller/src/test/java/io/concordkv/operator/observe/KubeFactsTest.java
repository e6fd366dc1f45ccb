package io.concordkv.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeFactsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 143})
    void aNodeThatWasAskedToEndHasNoLastWords(int exitCode) {
        assertThat(KubeFacts.pod(ended(exitCode, "INFO  closed 8 shards"), 0)
                        .container()
                        .exited())
                .isNull();
    }

    @Test
    void aNodeThatStoppedItselfSaysWhy() {
        assertThat(KubeFacts.pod(ended(1, "cannot sync wal-3.log"), 0)
                        .container()
                        .exited())
                .isEqualTo("cannot sync wal-3.log");
        assertThat(KubeFacts.pod(ended(137, ""), 0).container().exited()).isEqualTo("exit code 137");
    }

    private static Pod ended(int exitCode, String message) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("demo-a-0")
                .withUid("1")
                .endMetadata()
                .withNewStatus()
                .addNewContainerStatus()
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
