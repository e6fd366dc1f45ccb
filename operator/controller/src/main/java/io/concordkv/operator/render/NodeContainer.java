package io.concordkv.operator.render;

import io.concordkv.crds.ConcordClusterSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// The one container of a pod: the node process.
final class NodeContainer {
    static final int HTTP_PORT = 8080;
    static final int ADMIN_PORT = 9000;
    static final int PEER_PORT = 7070;
    static final String DATA_VOLUME = "data";
    private static final String DATA_DIR = "/data";
    private static final String TEMPORARY_VOLUME = "tmp";

    /// Kubernetes copies it from the node onto the pod when it binds it (since 1.35); without it the
    /// variable is empty, and the node stands in no zone.
    private static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    /// Replaying a long log takes time; only after this many seconds is a start given up.
    private static final int START_SECONDS_MAX = 600;

    private NodeContainer() {}

    static Container of(String cluster, String namespace, ConcordClusterSpec spec) {
        return new ContainerBuilder()
                .withName(Names.CONTAINER)
                .withImage(spec.image())
                .withImagePullPolicy("IfNotPresent")
                .withPorts(port("http", HTTP_PORT), port("admin", ADMIN_PORT), port("peer", PEER_PORT))
                .withEnv(environment(cluster, namespace, spec))
                .withResources(resources(spec))
                .addNewVolumeMount()
                .withName(DATA_VOLUME)
                .withMountPath(DATA_DIR)
                .endVolumeMount()
                .addNewVolumeMount()
                .withName(TEMPORARY_VOLUME)
                .withMountPath("/tmp")
                .endVolumeMount()
                .withStartupProbe(probe("started")
                        .withPeriodSeconds(1)
                        .withFailureThreshold(START_SECONDS_MAX)
                        .build())
                .withLivenessProbe(probe("live")
                        .withPeriodSeconds(10)
                        .withFailureThreshold(6)
                        .build())
                .withReadinessProbe(probe("ready")
                        .withPeriodSeconds(1)
                        .withFailureThreshold(3)
                        .build())
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build();
    }

    /// Settings stand in the template itself, not in a mounted file: a container that restarts on
    /// its own keeps the settings its pod was made with, so a change reaches one node at a time.
    private static List<EnvVar> environment(String cluster, String namespace, ConcordClusterSpec spec) {
        var env = new ArrayList<EnvVar>();
        env.add(field("CONCORD_NODE_NAME", "metadata.name"));
        env.add(field("CONCORD_BIND", "status.podIP"));
        env.add(value("CONCORD_ADVERTISE", "$(CONCORD_NODE_NAME)." + Names.host(Names.peers(cluster), namespace)));
        env.add(value("CONCORD_DATA_DIR", DATA_DIR));
        env.add(value("CONCORD_HTTP_PORT", Integer.toString(HTTP_PORT)));
        env.add(value("CONCORD_ADMIN_PORT", Integer.toString(ADMIN_PORT)));
        env.add(value("CONCORD_PEER_PORT", Integer.toString(PEER_PORT)));
        env.add(field("CONCORD_ZONE", "metadata.labels['" + ZONE_LABEL + "']"));
        Memory.of(spec).ifPresent(memory -> {
            env.add(value("JDK_JAVA_OPTIONS", "-Xmx" + memory.heapMebibytes() + "m"));
            String offHeap = environmentName(Memory.OFF_HEAP_SETTING);
            if (spec.config().keySet().stream()
                    .noneMatch(name -> environmentName(name).equals(offHeap))) {
                env.add(value(offHeap, Long.toString(memory.offHeapBytes())));
            }
        });
        new TreeMap<>(spec.config()).forEach((name, value) -> env.add(value(environmentName(name), value)));
        return env;
    }

    /// As MicroProfile Config maps settings to the environment: `concord.wal.segment-bytes` becomes
    /// `CONCORD_WAL_SEGMENT_BYTES`.
    static String environmentName(String setting) {
        return setting.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static ResourceRequirements resources(ConcordClusterSpec spec) {
        var resources = new ResourceRequirementsBuilder();
        if (spec.resources() != null) {
            resources.withRequests(spec.resources().requests());
            resources.withLimits(spec.resources().limits());
        }
        return resources.build();
    }

    private static EnvVar value(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private static EnvVar field(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withApiVersion("v1")
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static ContainerPort port(String name, int number) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(number)
                .withProtocol("TCP")
                .build();
    }

    private static ProbeBuilder probe(String health) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/q/health/" + health)
                .withNewPort("admin")
                .endHttpGet()
                .withTimeoutSeconds(5);
    }
}
