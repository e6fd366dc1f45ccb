package io.concordkv.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/// Ends the process when going on would be unsafe, leaving the reason where Kubernetes shows it.
public final class FatalExit {
    /// The process stopped itself.
    public static final int CODE = 70;

    private static final Logger LOG = Logger.getLogger(FatalExit.class);

    private final Path message;
    private final AtomicBoolean ended = new AtomicBoolean();

    /// @param message file for the reason; not written when it cannot be
    public FatalExit(String message) {
        this.message = Path.of(message);
    }

    /// Writes the reason and halts: no hook may sync or answer anything any more.
    public void end(String reason) {
        if (ended.compareAndSet(false, true)) {
            leave(reason);
            Runtime.getRuntime().halt(CODE);
        }
    }

    /// Leaves the reason without ending the process.
    public void leave(String reason) {
        LOG.fatal(reason);
        try {
            if (message.getParent() != null && Files.isDirectory(message.getParent())) {
                Files.write(message, reason.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            LOG.debugf("the reason cannot be written to %s: %s", message, e.getMessage());
        }
    }
}
