package io.concordkv.local.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The kubectl of this machine with a kubeconfig and home directory of its own.
final class Kubectl {
    private static final long TIMEOUT_SECONDS = 60;

    private final String program;
    private final Path home;
    private final Path kubeconfig;

    /// What a call printed.
    record Result(int code, String out, String err) {
        String all() {
            return out + err;
        }
    }

    private Kubectl(String program, Path home, Path kubeconfig) {
        this.program = program;
        this.home = home;
        this.kubeconfig = kubeconfig;
    }

    /// The program, if this machine has one.
    static Optional<String> program() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    static Kubectl of(RunningEndpoint endpoint) throws IOException {
        Path home = Files.createDirectories(endpoint.directory().resolve("home"));
        return new Kubectl(program().orElseThrow(), home, endpoint.kubeconfig());
    }

    Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    Result run(String... arguments) {
        return run("", Map.of(), arguments);
    }

    Result withInput(String input, String... arguments) {
        return run(input, Map.of(), arguments);
    }

    Result run(String input, Map<String, String> environment, String... arguments) {
        try {
            Process process = start(environment, arguments);
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            var err = new ArrayList<String>();
            Thread reader = Thread.ofVirtual().start(() -> err.add(read(process.getErrorStream())));
            String out = read(process.getInputStream());
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("kubectl " + List.of(arguments) + " did not end");
            }
            reader.join();
            return new Result(process.exitValue(), out, String.join("", err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String read(java.io.InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
