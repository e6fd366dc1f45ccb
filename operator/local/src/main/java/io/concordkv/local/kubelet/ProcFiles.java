package io.concordkv.local.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// What Linux says about processes in `/proc`.
final class ProcFiles {
    private static final Path PROC = Path.of("/proc");
    /// Positions in `/proc/<pid>/stat` after the name in brackets: state is 0.
    private static final int STATE = 0;

    private static final int SESSION = 3;

    private static final int START_TIME = 19;

    private ProcFiles() {}

    /// Clock ticks since boot at which the process started: with the pid it names one process for
    /// ever. Empty when there is no such process.
    static OptionalLong startTicks(long pid) {
        return field(pid, START_TIME);
    }

    /// All processes of a session, the leader included.
    static List<ProcessHandle> session(long leader) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.pid() == leader || field(process.pid(), SESSION).equals(OptionalLong.of(leader)))
                .toList();
    }

    private static OptionalLong field(long pid, int position) {
        try {
            String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            // The name may hold blanks and brackets; the fields begin after the last bracket.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            // A zombie has ended; it waits only for its parent to ask how.
            return fields[STATE].equals("Z") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[position]));
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }
}
