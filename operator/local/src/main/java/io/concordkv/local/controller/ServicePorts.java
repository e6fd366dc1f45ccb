package io.concordkv.local.controller;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.List;

/// Which port of a pod stands behind a port of a Service.
final class ServicePorts {
    private ServicePorts() {}

    /// A named target port is looked up in the containers of the first pod that has it.
    static int target(ServicePort port, List<Pod> pods) {
        IntOrString target = port.getTargetPort();
        if (target == null || (target.getIntVal() != null && target.getIntVal() == 0)) {
            return port.getPort();
        }
        if (target.getIntVal() != null) {
            return target.getIntVal();
        }
        return pods.stream()
                .flatMap(pod -> pod.getSpec().getContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .filter(declared -> target.getStrVal().equals(declared.getName()))
                .map(declared -> declared.getContainerPort())
                .findFirst()
                .orElse(port.getPort());
    }
}
