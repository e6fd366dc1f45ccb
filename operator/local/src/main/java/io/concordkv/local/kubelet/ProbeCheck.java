package io.concordkv.local.kubelet;

import io.concordkv.local.object.KubernetesVersion;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Asks a container once, by HTTP GET, TCP connect or a command. Blocks at most the probe's timeout.
final class ProbeCheck {
    private final HttpClient http;
    private final Container container;
    private final String address;
    private final Probe probe;
    private final Path directory;
    private final ContainerCommand command;

    /// @param address of the pod
    /// @param command of the running container: an `exec` probe runs in its environment
    ProbeCheck(
            HttpClient http,
            Container container,
            String address,
            Probe probe,
            Path directory,
            ContainerCommand command) {
        this.http = http;
        this.container = container;
        this.address = address;
        this.probe = probe;
        this.directory = directory;
        this.command = command;
    }

    /// @return empty for success, else what was wrong
    Optional<String> ask() throws InterruptedException {
        try {
            if (probe.getHttpGet() != null) {
                return httpGet();
            }
            if (probe.getTcpSocket() != null) {
                var tcp = probe.getTcpSocket();
                String host = Objects.requireNonNullElse(tcp.getHost(), address);
                try (var socket = new Socket()) {
                    socket.connect(new InetSocketAddress(host, port(tcp.getPort())), (int)
                            timeout().toMillis());
                }
                return Optional.empty();
            }
            if (probe.getExec() != null) {
                return exec();
            }
            return Optional.of("this kubelet knows httpGet, tcpSocket and exec probes only");
        } catch (IOException | URISyntaxException | IllegalArgumentException failure) {
            return Optional.of(failure.getMessage() == null ? failure.toString() : failure.getMessage());
        }
    }

    private Optional<String> httpGet() throws IOException, URISyntaxException, InterruptedException {
        var get = probe.getHttpGet();
        String scheme = Objects.requireNonNullElse(get.getScheme(), "HTTP").toLowerCase(Locale.ROOT);
        String host = Objects.requireNonNullElse(get.getHost(), address);
        String path = Objects.requireNonNullElse(get.getPath(), "/");
        var uri = new URI(scheme + "://" + host + ":" + port(get.getPort()) + (path.startsWith("/") ? "" : "/") + path);
        var request = HttpRequest.newBuilder(uri)
                .timeout(timeout())
                .GET()
                .header("User-Agent", "kube-probe/" + KubernetesVersion.MAJOR + "." + KubernetesVersion.MINOR);
        get.getHttpHeaders().stream()
                .filter(header -> !header.getName().equalsIgnoreCase("Host"))
                .forEach(header -> request.header(header.getName(), header.getValue()));
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        int status = response.statusCode();
        if (status >= 200 && status < 400) {
            return Optional.empty();
        }
        return Optional.of("HTTP probe failed with statuscode: " + status);
    }

    private Optional<String> exec() throws IOException, InterruptedException {
        var builder = new ProcessBuilder(new ArrayList<>(probe.getExec().getCommand()))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        Process process = builder.start();
        try {
            if (!process.waitFor(timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.of("command timed out after " + timeout().toSeconds() + "s");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("command exited with " + process.exitValue());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Duration timeout() {
        return Duration.ofSeconds(Math.max(1, Objects.requireNonNullElse(probe.getTimeoutSeconds(), 1)));
    }

    private int port(IntOrString port) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        return container.getPorts().stream()
                .filter(declared -> port.getStrVal().equals(declared.getName()))
                .map(declared -> declared.getContainerPort())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no port named " + port.getStrVal()));
    }
}
