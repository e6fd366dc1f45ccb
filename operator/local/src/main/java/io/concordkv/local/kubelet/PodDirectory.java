package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a pod lives on this machine.
///
/// | path                        | holds                                             |
/// |-----------------------------|---------------------------------------------------|
/// | `containers/<c>/`           | working directory of container c                  |
/// | `containers/<c>/termination-log` | what it says when it ends                    |
/// | `logs/<c>/<n>.log`          | output of its n-th run, see [ContainerLog]        |
/// | `volumes/<v>/`              | emptyDir, ConfigMap and Secret volumes            |
///
/// Claims live elsewhere (`DIR/volumes/<namespace>/<claim>`), because they outlive the pod.
record PodDirectory(Path root) {

    static PodDirectory of(Path pods, Pod pod) {
        var metadata = pod.getMetadata();
        return new PodDirectory(
                pods.resolve(metadata.getNamespace() + "_" + metadata.getName() + "_" + metadata.getUid()));
    }

    Path container(String name) {
        return root.resolve("containers").resolve(name);
    }

    Path terminationLog(String container) {
        return container(container).resolve("termination-log");
    }

    Path log(String container, int run) {
        return root.resolve("logs").resolve(container).resolve(run + ".log");
    }

    Path volume(String name) {
        return root.resolve("volumes").resolve(name);
    }

    void createFor(String container) throws IOException {
        Files.createDirectories(container(container));
        Files.createDirectories(log(container, 0).getParent());
    }

    void delete() throws IOException {
        DirectoryTree.delete(root);
    }
}
