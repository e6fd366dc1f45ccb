package io.concordkv.it.step;

import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Sample;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A program in another pod, with nothing but the name of the Service.
final class ServiceStep {
    private static final String IMAGE = "concordkv/cli:latest";
    private static final long USER = 10_001;

    private ServiceStep() {}

    static final Step SERVICE =
            new Step("service", "put and get through the Service, from another pod", ServiceStep::service);

    private static void service(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        String value = "through the Service " + System.currentTimeMillis();
        runs(stage, cluster, "put", List.of("put", "by-service", value));
        String read = runs(stage, cluster, "get", List.of("get", "by-service"));
        Difference.unless(read.contains(value), "the pod should read '%s', prints: %s", value, read);
    }

    /// @return what the pod printed
    private static String runs(Stage stage, Cluster cluster, String verb, List<String> arguments)
            throws IOException, InterruptedException {
        Pod pod = pod("service-" + verb, cluster, arguments);
        var pods = stage.client().pods().inNamespace(stage.namespace());
        pods.resource(pod).create();
        var handle = pods.withName(pod.getMetadata().getName());
        try {
            stage.await("the end of pod " + pod.getMetadata().getName(), () -> {
                Pod now = handle.get();
                String phase = now.getStatus() == null ? "" : now.getStatus().getPhase();
                return phase.equals("Succeeded") || phase.equals("Failed")
                        ? Optional.empty()
                        : Optional.of("it is " + phase);
            });
            String printed = handle.getLog();
            Difference.unless(
                    handle.get().getStatus().getPhase().equals("Succeeded"),
                    "concord kv %s fails in a pod: %s",
                    verb,
                    printed);
            return printed;
        } finally {
            handle.withGracePeriod(0).delete();
        }
    }

    private static Pod pod(String name, Cluster cluster, List<String> arguments) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("cli")
                .withImage(IMAGE)
                .withImagePullPolicy("IfNotPresent")
                .addToArgs("kv")
                .addAllToArgs(arguments)
                .addToArgs("--endpoint", "http://" + cluster.name() + "." + cluster.namespace() + ".svc:8080")
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .build();
    }
}
