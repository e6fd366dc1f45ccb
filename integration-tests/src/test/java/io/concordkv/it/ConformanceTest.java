package io.concordkv.it;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.concordkv.it.conformance.OwnNamespace;
import io.concordkv.it.conformance.Report;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.conformance.StepResult;
import io.concordkv.it.conformance.Suite;
import io.concordkv.it.conformance.Surroundings;
import io.concordkv.it.kube.Kubectl;
import io.concordkv.it.kube.LocalEndpoint;
import io.concordkv.it.kube.PodAddressDoor;
import io.concordkv.it.step.AllSteps;
import io.concordkv.tools.console.Progress;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The conformance suite on a local Kubernetes with the real operator and real nodes; each step is a
/// test of its own, so that one which cannot be tried here is named as not run.
@Tag("kubernetes")
class ConformanceTest {
    private static final Path HOME =
            Path.of(System.getProperty("concord.home", "..")).toAbsolutePath().normalize();
    private static final String NAMESPACE = "concord-conformance";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration IDLE = Duration.ofSeconds(Long.getLong("concord.conformance.idle", 60));

    @TempDir
    static Path directory;

    private static LocalEndpoint endpoint;
    private static KubernetesClient client;
    private static OwnNamespace namespace;
    private static Suite suite;

    @BeforeAll
    static void startKubernetes() throws Exception {
        endpoint = LocalEndpoint.start(HOME, directory.resolve("cluster"));
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(endpoint.kubeconfig().toFile()))
                .build();
        namespace = OwnNamespace.take(client, NAMESPACE);
        Path scratch = Files.createDirectory(directory.resolve("kubectl"));
        suite = new Suite(
                new Surroundings(
                        client,
                        NAMESPACE,
                        Kubectl.find(scratch, endpoint.kubeconfig(), NAMESPACE),
                        new PodAddressDoor(),
                        HOME,
                        Optional.empty(),
                        Optional.of("concordkv/node:other"),
                        Optional.empty(),
                        "",
                        new Surroundings.Extent(PATIENCE, IDLE, Duration.ZERO, 0)),
                new Progress(System.err),
                () -> false);
    }

    @AfterAll
    static void leaveNothing() throws Exception {
        if (namespace != null) {
            namespace.close();
        }
        if (client != null) {
            client.close();
        }
        if (endpoint != null) {
            endpoint.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> theLocalKubernetesDoesWhatTheSamplesNeed() {
        return AllSteps.LIST.stream().map(step -> DynamicTest.dynamicTest(step.name(), () -> judge(step)));
    }

    private static void judge(Step step) throws InterruptedException {
        StepResult result = suite.run(step);
        Report.line(result, System.out);
        switch (result.verdict()) {
            case PASS -> {}
            case FAIL -> fail(step.name() + ": " + result.reason());
            case SKIPPED -> abort("conformance step " + step.name() + ": " + result.reason());
        }
    }
}
