package io.concordkv.it.kube;

import io.concordkv.it.finding.Difference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The kubectl of this machine, with a home directory of its own.
public final class Kubectl {
    private static final long TIMEOUT_SECONDS = 120;

    private final Path program;
    private final Path home;
    private final List<String> target;

    private Kubectl(Path program, Path home, List<String> target) {
        this.program = program;
        this.home = home;
        this.target = target;
    }

    /// @param home where it may keep its cache
    public static Optional<Kubectl> find(Path home, Path kubeconfig, String namespace) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new Kubectl(
                        program,
                        home,
                        List.of("--kubeconfig", kubeconfig.toAbsolutePath().toString(), "--namespace", namespace)));
    }

    /// The same program without a namespace of its own: for files that name theirs.
    public Kubectl everywhere() {
        return new Kubectl(program, home, target.subList(0, 2));
    }

    /// What a call printed.
    public record Result(int code, String out, String err) {
        public String all() {
            return (out + err).strip();
        }
    }

    /// @return standard output
    /// @throws Difference when it exits with anything but 0
    public String done(String... arguments) throws IOException, InterruptedException {
        return done(with("", arguments), arguments);
    }

    /// The same with text on standard input.
    public String doneWith(String input, String... arguments) throws IOException, InterruptedException {
        return done(with(input, arguments), arguments);
    }

    private static String done(Result result, String... arguments) {
        Difference.unless(
                result.code() == 0,
                "kubectl %s exits with %d: %s",
                String.join(" ", arguments),
                result.code(),
                result.all());
        return result.out();
    }

    /// Runs to the end, whatever it exits with.
    public Result with(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(target);
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().put("HOME", home.toString());
        Process process = builder.start();
        var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        var out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new Difference(
                    "kubectl " + String.join(" ", arguments) + " did not end within " + TIMEOUT_SECONDS + " s");
        }
        return new Result(process.exitValue(), out.join(), err.join());
    }

    private static String read(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
