package io.concordkv.it.step;

import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Kubectl;
import io.concordkv.it.kube.Operator;
import io.concordkv.it.kube.Sample;
import java.io.IOException;
import java.util.Optional;

/// The commands of the README, as they stand there.
final class InstallStep {
    private static final double SECONDS_MAX = 90;

    private InstallStep() {}

    static final Step INSTALL = new Step(
            "install", "`kubectl apply -k`, `apply -f` of the sample and `wait` end within 90 s", InstallStep::install);

    private static void install(Stage stage) throws IOException, InterruptedException {
        Kubectl kubectl = stage.kubectl();
        Sample sample = stage.sample(Sample.File.CLUSTER);
        var cluster = new Cluster(stage.client(), stage.namespace(), sample.name());
        long began = System.nanoTime();
        kubectl.everywhere()
                .done(
                        "apply",
                        "-k",
                        stage.home()
                                .resolve("k8s/overlays")
                                .resolve(stage.overlay())
                                .toString());
        kubectl.doneWith(sample.text(), "apply", "-f", "-");
        kubectl.done("wait", "--for=condition=Ready", "ccl/" + cluster.name(), "--timeout=90s");
        double seconds = (System.nanoTime() - began) / 1e9;
        stage.note("ready %.1f s after the first command began", seconds);
        Difference.unless(seconds <= SECONDS_MAX, "it took %.1f s", seconds);
        stage.await("both operators", new Operator(stage.client())::notReady);
        // The next steps begin with no cluster.
        cluster.delete();
        stage.await("deletion of " + cluster.name(), () -> {
            int pods = cluster.pods().size();
            return cluster.find().isPresent() || pods > 0 ? Optional.of(pods + " pods are left") : Optional.empty();
        });
        stage.client()
                .persistentVolumeClaims()
                .inNamespace(stage.namespace())
                .withLabel(Cluster.LABEL, cluster.name())
                .delete();
        stage.await(
                "deletion of its volumes",
                () -> cluster.claims().stream().findFirst().map(_ -> "one is left"));
    }
}
