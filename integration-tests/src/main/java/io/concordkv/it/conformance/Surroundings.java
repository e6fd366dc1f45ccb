package io.concordkv.it.conformance;

import io.concordkv.it.kube.Kubectl;
import io.concordkv.it.kube.NodeDoor;
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
/// @param patience  for anything to become as it should
/// @param idle      how long nothing may be written
public record Surroundings(
        KubernetesClient client,
        String namespace,
        Optional<Kubectl> kubectl,
        NodeDoor door,
        Path home,
        Optional<String> image,
        Duration patience,
        Duration idle) {}
