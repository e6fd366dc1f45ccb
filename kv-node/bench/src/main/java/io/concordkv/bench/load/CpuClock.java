package io.concordkv.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// CPU time of processes and of the machine, from `/proc` (resolution 10 ms).
final class CpuClock {
    /// Of the machine. Asked before this process is bound to some: afterwards Java counts those only.
    static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private static final long NANOS_A_TICK = 10_000_000;
    private static final int UTIME = 11;
    private static final int STIME = 12;

    private CpuClock() {}

    /// One look at all clocks.
    ///
    /// @param servers of all server processes together, user and system, nanoseconds
    /// @param load    of this process
    /// @param machine of everything that was not idle
    record Reading(long servers, long load, long machine, long atNanos) {
        Reading since(Reading earlier) {
            return new Reading(
                    servers - earlier.servers,
                    load - earlier.load,
                    machine - earlier.machine,
                    atNanos - earlier.atNanos);
        }
    }

    static Reading read(List<Long> serverPids) throws IOException {
        long servers = 0;
        for (long pid : serverPids) {
            servers += process(pid);
        }
        return new Reading(servers, process(ProcessHandle.current().pid()), machine(), System.nanoTime());
    }

    /// @throws IOException when there is no such process, or no `/proc`
    static long process(long pid) throws IOException {
        return nanosOf(Files.readString(Path.of("/proc/" + pid + "/stat")));
    }

    /// User and system time in the text of a process or thread.
    static long nanosOf(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * NANOS_A_TICK;
    }

    /// User, nice, system, interrupts and stolen time: all but idle and waiting.
    private static long machine() throws IOException {
        String[] fields =
                Files.readAllLines(Path.of("/proc/stat")).getFirst().trim().split(" +");
        long ticks = 0;
        for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * NANOS_A_TICK;
    }
}
