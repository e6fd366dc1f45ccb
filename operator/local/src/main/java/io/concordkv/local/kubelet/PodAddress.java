package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/// A pod as if the API showed its addresses already.
final class PodAddress {
    private PodAddress() {}

    static Pod on(Pod pod, String address, String hostAddress) {
        return new PodBuilder(pod)
                .editOrNewStatus()
                .withPodIP(address)
                .withHostIP(hostAddress)
                .endStatus()
                .build();
    }
}
