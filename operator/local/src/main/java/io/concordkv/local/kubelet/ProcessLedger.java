package io.concordkv.local.kubelet;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Which processes this cluster has started, on disk, so that none outlives it: one file
/// `<pid>` each, holding pid and start time. Besides the supervisor a small shell script watches
/// over them: it reads from a pipe that the kernel closes when the supervisor ends, and then kills
/// everything still in the ledger. If that script was killed too, the next start does it.
///
/// Every process is a session leader (`setsid`), so its children are found and end with it.
public final class ProcessLedger implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ProcessLedger.class.getName());
    private static final @Nullable String SETSID = findOnPath("setsid");
    private static final String GUARDIAN = """
            trap '' INT HUP TERM
            while read -r line; do :; done
            for f in "$1"/*; do
              [ -f "$f" ] || continue
              read -r pid start < "$f" || continue
              stat=$(cat "/proc/$pid/stat" 2>/dev/null) || { rm -f "$f"; continue; }
              set -- "$1" ${stat##*) }
              if [ "${21}" = "$start" ]; then
                kill -KILL "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
              fi
              rm -f "$f"
            done
            """;

    private final Path directory;
    private final Process guardian;
    private final Map<Long, Path> files = new ConcurrentHashMap<>();

    private ProcessLedger(Path directory, Process guardian) {
        this.directory = directory;
        this.guardian = guardian;
    }

    /// Kills what an earlier run left, then begins to watch.
    public static ProcessLedger open(Path directory) throws IOException {
        Files.createDirectories(directory);
        killLeftovers(directory);
        var builder =
                new ProcessBuilder(detached(List.of("/bin/sh", "-c", GUARDIAN, "guardian", directory.toString())));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        return new ProcessLedger(directory, builder.start());
    }

    /// Ends all processes of a ledger whose owner is gone.
    public static void end(Path directory) throws IOException {
        if (Files.exists(directory)) {
            killLeftovers(directory);
        }
    }

    /// Start of a process in clock ticks since boot; 0 when there is none with that pid.
    public static long startTicks(long pid) {
        return ProcFiles.startTicks(pid).orElse(0);
    }

    /// Whether that very process still runs.
    public static boolean isRunning(long pid, long startTicks) {
        return startTicks != 0 && startTicks(pid) == startTicks;
    }

    public long guardianPid() {
        return guardian.pid();
    }

    /// The command in a session of its own, where the machine has `setsid`.
    public static List<String> detached(List<String> command) {
        if (SETSID == null) {
            return command;
        }
        var full = new ArrayList<String>(command.size() + 1);
        full.add(SETSID);
        full.addAll(command);
        return full;
    }

    /// Starts a process and writes it down. The process is killed if that fails.
    public Process start(ProcessBuilder builder) throws IOException {
        builder.command(detached(List.copyOf(builder.command())));
        Process process = builder.start();
        try {
            long ticks = ProcFiles.startTicks(process.pid()).orElse(0);
            Path file = directory.resolve(Long.toString(process.pid()));
            Files.writeString(file, process.pid() + " " + ticks + "\n");
            files.put(process.pid(), file);
        } catch (IOException failure) {
            process.destroyForcibly();
            throw failure;
        }
        return process;
    }

    /// The process has ended: what it left behind in its session is killed, its line goes.
    public void ended(long pid) {
        killSession(pid);
        Path file = files.remove(pid);
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException failure) {
                LOG.log(Level.WARNING, "cannot forget process {0}: {1}", pid, failure.toString());
            }
        }
    }

    static void killSession(long leader) {
        ProcFiles.session(leader).forEach(ProcessHandle::destroyForcibly);
    }

    private static void killLeftovers(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            for (Path file : entries.toList()) {
                String[] line = Files.readString(file).strip().split(" ");
                if (line.length == 2) {
                    long pid = Long.parseLong(line[0]);
                    long ticks = Long.parseLong(line[1]);
                    if (ProcFiles.startTicks(pid).equals(OptionalLong.of(ticks))) {
                        LOG.log(Level.INFO, "ending process {0} of an earlier run", Long.toString(pid));
                        killSession(pid);
                    }
                }
                Files.deleteIfExists(file);
            }
        }
    }

    private static @Nullable String findOnPath(String program) {
        String path = System.getenv("PATH");
        if (path == null) {
            return null;
        }
        for (String folder : path.split(File.pathSeparator)) {
            Path candidate = Path.of(folder).resolve(program);
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return null;
    }

    /// Kills what is left and ends the guardian.
    @Override
    public void close() {
        files.keySet().forEach(this::ended);
        try {
            guardian.getOutputStream().close();
            if (!guardian.waitFor(5, TimeUnit.SECONDS)) {
                guardian.destroyForcibly();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
