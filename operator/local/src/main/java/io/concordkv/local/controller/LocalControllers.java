package io.concordkv.local.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/// All controllers of the local Kubernetes, started and stopped together.
public final class LocalControllers implements AutoCloseable {
    private final List<Controller> controllers;

    private LocalControllers(List<Controller> controllers) {
        this.controllers = controllers;
    }

    /// @param client of an administrator; the caller closes it, after this
    public static LocalControllers start(KubernetesClient client) {
        var started = new LocalControllers(List.of(
                new NamespaceController(client),
                new EndpointController(client),
                new StatefulSetController(client),
                new DisruptionBudgetController(client),
                new GarbageCollector(client)));
        started.controllers.forEach(Controller::start);
        return started;
    }

    @Override
    public void close() {
        controllers.reversed().forEach(Controller::close);
    }
}
