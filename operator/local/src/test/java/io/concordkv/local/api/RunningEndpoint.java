package io.concordkv.local.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// An endpoint on a free port with its state below a test's directory.
final class RunningEndpoint implements AutoCloseable {
    static final String TOKEN = "test-token";

    private final Path directory;
    private LocalApiServer server;

    RunningEndpoint(Path directory) throws IOException {
        this.directory = directory;
        this.server = start(0);
    }

    private LocalApiServer start(int port) throws IOException {
        return LocalApiServer.start(
                new LocalApiServer.Options("127.0.0.1", port, directory.resolve("state"), TOKEN, new TwoLineLogs()));
    }

    /// Ends the endpoint and starts it on the same port from its files.
    void restart() throws IOException {
        int port = server.port();
        server.close();
        server = start(port);
    }

    LocalApiServer server() {
        return server;
    }

    Path directory() {
        return directory;
    }

    Path kubeconfig() throws IOException {
        return Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig());
    }

    @Override
    public void close() {
        server.close();
    }

    /// Every pod has written two lines.
    private static final class TwoLineLogs implements PodRuntime {
        @Override
        public InputStream logs(String namespace, String pod, String container, LogOptions options)
                throws LogNotAvailable {
            if (options.previous()) {
                throw new LogNotAvailable(
                        "previous terminated container \"" + container + "\" in pod \"" + pod + "\" not found");
            }
            String text = options.tailLines().orElse(2) == 1 ? "two\n" : "one\ntwo\n";
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String insteadOfExec(String namespace, String pod) {
            return "exec is not available on the local endpoint: the pod is process 4711";
        }

        @Override
        public String insteadOfPortForward(String namespace, String pod) {
            return "port-forward is not available on the local endpoint: the pod listens on 127.0.1.1:8080 already";
        }
    }
}
