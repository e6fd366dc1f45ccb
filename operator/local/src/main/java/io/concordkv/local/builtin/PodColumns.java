package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.Column;
import java.util.List;

/// READY, STATUS and RESTARTS of a pod.
final class PodColumns {
    static final List<Column> COLUMNS = List.of(
            Cells.NAME,
            Cells.always("Ready", PodColumns::ready),
            Cells.always("Status", PodColumns::status),
            Cells.always("Restarts", PodColumns::restarts),
            Cells.AGE,
            Cells.wide("IP", Cells.at("status", "podIP")),
            Cells.wide("Node", Cells.at("spec", "nodeName")),
            Cells.wide("Nominated Node", Cells.at("status", "nominatedNodeName")),
            Cells.wide("Readiness Gates", pod -> "<none>"));

    private PodColumns() {}

    private static String ready(ObjectNode pod) {
        int ready = 0;
        for (JsonNode container : Trees.at(pod, "status", "containerStatuses")) {
            ready += container.path("ready").asBoolean() ? 1 : 0;
        }
        return ready + "/" + Trees.at(pod, "spec", "containers").size();
    }

    /// The phase, or what is more telling: why a container waits or how it ended.
    static String status(ObjectNode pod) {
        String status = Trees.text(pod, "status", "phase");
        String podReason = Trees.text(pod, "status", "reason");
        status = podReason.isEmpty() ? status : podReason;
        boolean running = false;
        for (JsonNode container : Trees.at(pod, "status", "containerStatuses")) {
            String waiting = Trees.text(container, "state", "waiting", "reason");
            JsonNode terminated = Trees.at(container, "state", "terminated");
            if (!waiting.isEmpty()) {
                status = waiting;
            } else if (terminated.isObject()) {
                status = ended(terminated);
            } else if (container.path("ready").asBoolean() && Trees.has(container, "state", "running")) {
                running = true;
            }
        }
        if (status.equals("Completed") && running) {
            status = "Running";
        }
        if (Meta.isDeleting(pod)) {
            return podReason.equals("NodeLost") ? "Unknown" : "Terminating";
        }
        return status;
    }

    private static String ended(JsonNode terminated) {
        String reason = Trees.text(terminated, "reason");
        if (!reason.isEmpty()) {
            return reason;
        }
        int signal = terminated.path("signal").asInt();
        return signal != 0
                ? "Signal:" + signal
                : "ExitCode:" + terminated.path("exitCode").asInt();
    }

    private static String restarts(ObjectNode pod) {
        int restarts = 0;
        String last = "";
        for (JsonNode container : Trees.at(pod, "status", "containerStatuses")) {
            restarts += container.path("restartCount").asInt();
            String finished = Trees.text(container, "lastState", "terminated", "finishedAt");
            last = finished.compareTo(last) > 0 ? finished : last;
        }
        return restarts == 0 || last.isEmpty()
                ? Integer.toString(restarts)
                : restarts + " (" + Cells.age(last) + " ago)";
    }
}
