package io.concordkv.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Three etcd members on loopback with default settings (fsync on, plain HTTP/2), only the quota
/// raised; their data goes with them.
final class EtcdServers implements ServerGroup {
    private static final int MEMBERS = 3;
    private static final long WAIT_NANOS = 30_000_000_000L;
    private static final long POLL_NANOS = 100_000_000;
    private static final long QUOTA_BYTES = 8L << 30;

    private final Path directory;
    private final int basePort;
    private final List<Process> processes = new ArrayList<>();

    /// @param basePort client ports at base + 10·i, peer ports one above
    EtcdServers(Path binary, Path directory, int basePort) throws IOException {
        this.directory = directory;
        this.basePort = basePort;
        if (!Files.isExecutable(binary)) {
            throw new IOException(binary + " is no program");
        }
        for (int i = 0; i < MEMBERS; i++) {
            processes.add(start(binary, i));
        }
    }

    private Process start(Path binary, int i) throws IOException {
        StringBuilder cluster = new StringBuilder();
        for (int j = 0; j < MEMBERS; j++) {
            cluster.append(j == 0 ? "" : ",")
                    .append("e")
                    .append(j)
                    .append("=http://")
                    .append(peer(j));
        }
        Files.createDirectories(directory);
        return new ProcessBuilder(
                        binary.toString(),
                        "--name=e" + i,
                        "--data-dir=" + directory.resolve("e" + i),
                        "--listen-client-urls=http://" + address(i),
                        "--advertise-client-urls=http://" + address(i),
                        "--listen-peer-urls=http://" + peer(i),
                        "--initial-advertise-peer-urls=http://" + peer(i),
                        "--initial-cluster=" + cluster,
                        "--initial-cluster-state=new",
                        "--quota-backend-bytes=" + QUOTA_BYTES,
                        "--log-level=error")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("e" + i + ".log").toFile())
                .start();
    }

    private String address(int i) {
        return "127.0.0.1:" + (basePort + 10 * i);
    }

    private String peer(int i) {
        return "127.0.0.1:" + (basePort + 10 * i + 1);
    }

    /// Waits until there is one.
    String leader() throws IOException {
        long deadline = System.nanoTime() + WAIT_NANOS;
        while (System.nanoTime() < deadline) {
            for (int i = 0; i < MEMBERS; i++) {
                if (!processes.get(i).isAlive()) {
                    throw new IOException("etcd has ended: " + Files.readString(directory.resolve("e" + i + ".log")));
                }
                if (isLeader(address(i))) {
                    return address(i);
                }
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new IOException("etcd has no leader after 30 s");
    }

    private static boolean isLeader(String address) {
        try {
            JsonNode status = new AdminClient(address)
                    .post("/v3/maintenance/status", JsonText.object())
                    .body();
            String leader = status.path("leader").asText("0");
            return !leader.equals("0")
                    && leader.equals(status.path("header").path("member_id").asText());
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    @Override
    public void close() throws IOException {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
