package io.concordkv.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.concordkv.local.kubelet.AtomicFiles;
import io.concordkv.local.kubelet.ProcessLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the supervisor says about itself in `DIR/supervisor.json`.
///
/// @param startTicks start of the process in clock ticks since boot: with the pid it names one process
/// @param guardian   pid of the script that ends everything when the supervisor is killed
/// @param steps      what was done so far, the last one perhaps still going on
/// @param reason     why it failed, or what is waited for
/// @param report     lines for the user once it is ready
public record SupervisorState(
        long pid,
        long startTicks,
        long guardian,
        int port,
        Phase phase,
        List<Step> steps,
        String reason,
        Report report) {
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    public enum Phase {
        STARTING,
        READY,
        FAILED
    }

    /// @param millis from the start of the supervisor
    public record Step(String text, long millis) {}

    /// @param cluster    name of the sample; empty when it holds none
    /// @param service    any node answers there; empty while unknown
    /// @param nodes      data ports of the nodes
    /// @param admin      admin ports of the nodes
    /// @param kubeconfig file for kubectl
    public record Report(
            String cluster,
            String namespace,
            String service,
            List<String> nodes,
            List<String> admin,
            String kubeconfig,
            String log) {
        static Report empty() {
            return new Report("", "", "", List.of(), List.of(), "", "");
        }
    }

    static Path file(Path directory) {
        return directory.resolve("supervisor.json");
    }

    /// The state of a supervisor that runs; empty when there is none, or the file is left from one
    /// that was killed.
    static Optional<SupervisorState> running(Path directory) throws IOException {
        Path file = file(directory);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        var state = JSON.readValue(file.toFile(), SupervisorState.class);
        return ProcessLedger.isRunning(state.pid(), state.startTicks()) ? Optional.of(state) : Optional.empty();
    }

    void write(Path directory) throws IOException {
        AtomicFiles.write(file(directory), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    String json() throws JsonProcessingException {
        return JSON.writeValueAsString(this);
    }
}
