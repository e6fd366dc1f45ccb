package io.concordkv.it.machine;

import io.concordkv.it.finding.Difference;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The real Kubernetes that `integration-tests/kubernetes/up` runs on this machine, reached from below.
///
/// @param scripts   the folder with `node` and `apiserver`
/// @param directory what `up` was given
public record Machine(Path scripts, Path directory) {
    /// The scripts wait 120 s themselves, and then say what for.
    private static final long SCRIPT_SECONDS_MAX = 150;

    /// Requests of the operator's service accounts, one JSON object a line.
    public AuditLog audit() {
        return new AuditLog(directory.resolve("log/audit.log"));
    }

    /// All since `up`, oldest first; but one that never became ready.
    List<ServerStart> apiServerStarts() throws IOException {
        return Files.readAllLines(directory.resolve("log/kube-apiserver.starts")).stream()
                .map(ServerStart::of)
                .toList();
    }

    /// Ends the kubelet of a node; its containers run on. [#startKubelet(String)] brings it back.
    public void stopKubelet(String node) throws IOException, InterruptedException {
        run("node", node, "stop");
    }

    public void startKubelet(String node) throws IOException, InterruptedException {
        run("node", node, "start");
    }

    public void stopApiServer() throws IOException, InterruptedException {
        run("apiserver", "stop");
    }

    public void startApiServer() throws IOException, InterruptedException {
        run("apiserver", "start");
    }

    /// Number of the first process of a pod's container, as this machine counts.
    public long process(Pod pod) throws IOException, InterruptedException {
        String name = pod.getMetadata().getName();
        String listed = run("node", pod.getSpec().getNodeName(), "containers", name);
        return listed.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length == 5 && words[1].equals(name))
                .mapToLong(words -> Long.parseLong(words[words.length - 1]))
                .findFirst()
                .orElseThrow(() -> new Difference("no container of " + name + " runs: " + listed));
    }

    /// SIGKILL from outside the container.
    public static void kill(long process) {
        Difference.unless(
                ProcessHandle.of(process).map(ProcessHandle::destroyForcibly).orElse(false),
                "process %d cannot be killed",
                process);
    }

    /// Does the process have this file mapped? A cache the JVM refused is not.
    public static boolean maps(long process, String fileName) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process), "maps"), StandardCharsets.ISO_8859_1)
                .contains("/" + fileName + "\n");
    }

    private String run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("bash", scripts.resolve(script).toString(), directory.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("concord-machine", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(SCRIPT_SECONDS_MAX, TimeUnit.SECONDS);
            String said = Files.readString(output).strip();
            if (!ended) {
                process.destroyForcibly();
            }
            Difference.unless(
                    ended && process.exitValue() == 0,
                    "%s %s %s: %s",
                    script,
                    String.join(" ", arguments),
                    ended ? "exits with " + process.exitValue() : "does not end",
                    said);
            return said;
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
