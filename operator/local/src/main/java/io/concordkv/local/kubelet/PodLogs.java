package io.concordkv.local.kubelet;

import io.concordkv.local.api.PodRuntime;
import io.concordkv.local.client.ObjectKey;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the API endpoint can ask about the pods that run here. Any thread; may be asked before the
/// kubelet has started.
public final class PodLogs implements PodRuntime {

    /// A pod as this class knows it.
    private record Shelf(PodDirectory directory, List<String> containers, String address, Map<String, Run> runs) {}

    private record Run(int number, ContainerLog log) {}

    private final Map<ObjectKey, Shelf> shelves = new ConcurrentHashMap<>();

    void placed(Pod pod, PodDirectory directory, String address) {
        var containers = new ArrayList<String>();
        pod.getSpec().getContainers().stream().map(Container::getName).forEach(containers::add);
        pod.getSpec().getInitContainers().stream().map(Container::getName).forEach(containers::add);
        shelves.put(ObjectKey.of(pod), new Shelf(directory, containers, address, new ConcurrentHashMap<>()));
    }

    void begun(ObjectKey pod, String container, int run, ContainerLog log) {
        Shelf shelf = shelves.get(pod);
        if (shelf != null) {
            shelf.runs().put(container, new Run(run, log));
        }
    }

    void gone(ObjectKey pod, PodDirectory directory) {
        shelves.computeIfPresent(pod, (key, shelf) -> shelf.directory().equals(directory) ? null : shelf);
    }

    @Override
    public InputStream logs(String namespace, String pod, String container, LogOptions options)
            throws IOException, LogNotAvailable {
        Shelf shelf = shelf(namespace, pod);
        if (shelf == null) {
            throw new LogNotAvailable("pod " + pod + " has no process on this node yet");
        }
        String name = container.isEmpty() ? shelf.containers().getFirst() : container;
        if (!shelf.containers().contains(name)) {
            throw new LogNotAvailable(
                    "container " + name + " is not valid for pod " + pod + "; it has " + shelf.containers());
        }
        Run run = shelf.runs().get(name);
        if (run == null) {
            throw new LogNotAvailable("container \"" + name + "\" in pod \"" + pod + "\" is waiting to start");
        }
        if (!options.previous()) {
            return new LogStream(run.log().file(), run.log(), options);
        }
        Path previous = shelf.directory().log(name, run.number() - 1);
        if (Files.notExists(previous)) {
            throw new LogNotAvailable(
                    "previous terminated container \"" + name + "\" in pod \"" + pod + "\" not found");
        }
        return new LogStream(previous, null, options);
    }

    @Override
    public String insteadOfExec(String namespace, String pod) {
        Shelf shelf = shelf(namespace, pod);
        return "exec is not available on the local endpoint: pods are plain processes here."
                + (shelf == null
                        ? ""
                        : " Pod " + pod + " listens on " + shelf.address() + " and lives in "
                                + shelf.directory().root());
    }

    @Override
    public String insteadOfPortForward(String namespace, String pod) {
        Shelf shelf = shelf(namespace, pod);
        return "port-forward is not needed on the local endpoint: "
                + (shelf == null
                        ? "pods listen on loopback addresses, see kubectl get pods -o wide"
                        : "pod " + pod + " listens on " + shelf.address() + " already");
    }

    private @Nullable Shelf shelf(String namespace, String pod) {
        return shelves.get(new ObjectKey(namespace, pod));
    }
}
