package io.concordkv.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.it.conformance.StepResult.Verdict;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.PodAddressDoor;
import io.concordkv.tools.console.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is tried after a step, and what is not.
@Timeout(30)
class SuiteTest {
    private static final String WITHOUT_STATUS = """
            {"apiVersion": "concordkv.io/v1alpha1", "kind": "ConcordCluster",
             "metadata": {"name": "demo", "namespace": "shared"}, "spec": {"nodes": 3}}""";
    private static final Step PASSES = new Step("passes", "", _ -> {});

    private final AtomicBoolean ending = new AtomicBoolean();
    private FakeApi api;

    @BeforeEach
    void startServer() throws IOException {
        api = new FakeApi(_ -> WITHOUT_STATUS);
    }

    @AfterEach
    void stopServer() {
        api.close();
    }

    @Test
    void aStepThatFailsDoesNotKeepTheNextFromBeingTried() throws Exception {
        var fails = new Step("fails", "", _ -> Difference.unless(false, "it is not so"));
        assertThat(verdicts(suite(Duration.ofSeconds(20)), fails, PASSES)).containsExactly(Verdict.FAIL, Verdict.PASS);
    }

    @Test
    void nothingIsTriedWhereNoOperatorServes() throws Exception {
        var ready = new Step(
                "ready", "", stage -> stage.awaitReady(new Cluster(stage.client(), stage.namespace(), "demo")));
        var results = suite(Duration.ofMillis(200)).run(List.of(ready, PASSES), _ -> {});
        assertThat(results).extracting(StepResult::verdict).containsExactly(Verdict.FAIL, Verdict.SKIPPED);
        assertThat(results.getFirst().reason()).contains("no operator serves namespace shared", "--namespace");
    }

    @Test
    void aRunThatIsAskedToEndPutsRightWhatItChangedAndBeginsNoOtherStep() throws Exception {
        var seen = new ArrayList<String>();
        var waits = new Step("waits", "", stage -> {
            try {
                ending.set(true);
                stage.await("the impossible", () -> Optional.of("not yet"));
            } finally {
                seen.add("put right");
            }
        });
        var next = new Step("next", "", _ -> seen.add("next"));
        var suite = suite(Duration.ofSeconds(20));
        assertThatThrownBy(() -> suite.run(List.of(waits, next), _ -> {})).isInstanceOf(InterruptedException.class);
        assertThat(seen).containsExactly("put right");
        assertThatThrownBy(() -> suite.run(next)).isInstanceOf(InterruptedException.class);
    }

    private static List<Verdict> verdicts(Suite suite, Step... steps) throws InterruptedException {
        return suite.run(Stream.of(steps).toList(), _ -> {}).stream()
                .map(StepResult::verdict)
                .toList();
    }

    private Suite suite(Duration patience) throws IOException {
        return new Suite(
                new Surroundings(
                        api.client(),
                        "shared",
                        Optional.empty(),
                        new PodAddressDoor(),
                        Path.of(""),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "",
                        new Surroundings.Extent(patience, Duration.ZERO, Duration.ZERO, 0)),
                new Progress(System.err),
                ending::get);
    }
}
