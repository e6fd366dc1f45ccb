package io.concordkv.it.conformance;

import io.concordkv.it.kube.Kubectl;
import io.concordkv.it.kube.NodeDoor;
import io.concordkv.it.machine.Machine;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where a suite runs.
///
/// @param namespace what all objects of the suite live in
/// @param kubectl   empty when this machine has none
/// @param door      the way to the ports of a node
/// @param home      top of the clone: samples and resource tables
/// @param image     to use instead of the sample's; empty = the sample's
/// @param other     another image of the same node, to change to; empty = there is none
/// @param machine   the one under this Kubernetes; empty when it is not ours
/// @param overlay   of `k8s/overlays`, which the step `install` applies
/// @param extent    how long and how often things are tried
public record Surroundings(
        KubernetesClient client,
        String namespace,
        Optional<Kubectl> kubectl,
        NodeDoor door,
        Path home,
        Optional<String> image,
        Optional<String> other,
        Optional<Machine> machine,
        String overlay,
        Extent extent) {

    /// How much of everything.
    ///
    /// @param patience for anything to become as it should
    /// @param idle     how long nothing may be written
    /// @param away     how long a kubelet, and then the API server, is away
    /// @param kills    how often the leading operator is killed
    public record Extent(Duration patience, Duration idle, Duration away, int kills) {}
}
