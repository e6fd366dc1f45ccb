package io.concordkv.image.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// A folder for one run. It is gone afterwards, also when this program is asked to end: the programs it
/// has started, which may write there, are ended first.
public final class WorkFolder implements AutoCloseable {
    private static final int ATTEMPTS = 20;
    private static final long AGAIN_NANOS = 100_000_000;

    private final Path path;
    private final Thread atExit;

    private WorkFolder(Path path) {
        this.path = path;
        this.atExit = Thread.ofPlatform().unstarted(() -> end(path));
    }

    /// @param parent is made when it is not there
    public static WorkFolder in(Path parent, String prefix) throws IOException {
        var folder = new WorkFolder(Files.createTempDirectory(Files.createDirectories(parent), prefix));
        Runtime.getRuntime().addShutdownHook(folder.atExit);
        return folder;
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyEnding) {
            return; // The hook is at it.
        }
        Folders.delete(path);
    }

    /// The rest of this program still runs meanwhile, and may make a file or start a program more.
    private static void end(Path path) {
        for (int attempt = 1; ; attempt++) {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            try {
                Folders.delete(path);
                return;
            } catch (IOException inUse) {
                if (attempt == ATTEMPTS) {
                    System.err.println("images: " + path + " is left: " + inUse.getMessage());
                    return;
                }
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }
}
