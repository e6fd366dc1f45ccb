package io.concordkv.bench.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// CPU time of the threads of some processes, from `/proc` (resolution 10 ms).
final class ThreadClock {
    private ThreadClock() {}

    /// Nanoseconds, user and system, by the name the kernel has of a thread.
    static Map<String, Long> read(List<Long> pids) throws IOException {
        Map<String, Long> used = new TreeMap<>();
        for (long pid : pids) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
                for (Path task : tasks) {
                    add(task, used);
                }
            }
        }
        return used;
    }

    private static void add(Path task, Map<String, Long> used) throws IOException {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            used.merge(name, CpuClock.nanosOf(stat), Long::sum);
        } catch (NoSuchFileException ended) {
            // A thread that ends while it is looked at has used nearly nothing since the last look.
            used.merge("ended", 0L, Long::sum);
        }
    }
}
