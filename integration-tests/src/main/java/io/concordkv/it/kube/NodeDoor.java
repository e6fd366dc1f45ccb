package io.concordkv.it.kube;

import io.concordkv.it.finding.NotRun;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;

/// The way from this program to a port of a pod. Where pods have addresses of their own on this
/// machine it is that address; elsewhere it can be a forwarded port.
public interface NodeDoor extends AutoCloseable {
    /// `host:port` that leads to the port of this very pod as long as the pod runs.
    ///
    /// @throws NotRun      when there is no way from here to the pods of this Kubernetes
    /// @throws IOException when the pod has no address now
    String address(Pod pod, int port) throws IOException;

    @Override
    void close();
}
