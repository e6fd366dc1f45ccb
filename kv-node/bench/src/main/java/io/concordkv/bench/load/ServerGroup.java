package io.concordkv.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The processes of one system under test.
interface ServerGroup extends AutoCloseable {
    /// `ConcordKV`, `etcd`.
    String name();

    List<Long> pids();

    @Override
    void close() throws IOException;

    /// Binds servers to core 0 and this process to core 1, or gives both all cores back.
    static void pin(List<Long> serverPids, boolean pinned) throws IOException {
        String all = "0-" + (CpuClock.PROCESSORS - 1);
        for (long pid : serverPids) {
            taskset(pid, pinned ? "0" : all);
        }
        taskset(ProcessHandle.current().pid(), pinned ? "1" : all);
    }

    private static void taskset(long pid, String cores) throws IOException {
        List<String> command = new ArrayList<>(List.of("taskset", "-a", "-c", "-p", cores, Long.toString(pid)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("taskset failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
