package io.concordkv.local.api;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What the API endpoint asks of whoever runs the pods: their logs, and what to tell a user who
/// tries `exec`. Calls come on virtual threads and may block.
public interface PodRuntime {

    /// Which lines of a log are wanted.
    ///
    /// @param follow     the stream goes on until the container ends or the stream is closed
    /// @param previous   the log of the container's previous run
    /// @param tailLines  only the last lines; empty means all
    /// @param timestamps each line starts with its RFC 3339 time and a blank
    /// @param since      only lines younger than this; null means all
    /// @param limitBytes at most this many bytes; empty means all
    record LogOptions(
            boolean follow,
            boolean previous,
            OptionalInt tailLines,
            boolean timestamps,
            @Nullable Duration since,
            OptionalInt limitBytes) {}

    /// The log as bytes. `container` is empty when the caller named none. With `follow`, a read
    /// waits for more; closing the stream from another thread must end such a read.
    ///
    /// @throws LogNotAvailable when there is no such log, with a sentence that says why
    InputStream logs(String namespace, String pod, String container, LogOptions options)
            throws IOException, LogNotAvailable;

    /// One sentence for a user of `exec` or `attach`: that it is not available and what to use
    /// instead, such as the process id and the directory of the pod.
    String insteadOfExec(String namespace, String pod);

    /// One sentence for a user of `port-forward`: where the pod listens already.
    String insteadOfPortForward(String namespace, String pod);

    /// There is no such log; nothing was read.
    final class LogNotAvailable extends Exception {
        private static final long serialVersionUID = 1L;

        public LogNotAvailable(String message) {
            super(message);
        }
    }

    /// For an endpoint without pods.
    static PodRuntime none() {
        return new PodRuntime() {
            @Override
            public InputStream logs(String namespace, String pod, String container, LogOptions options)
                    throws LogNotAvailable {
                throw new LogNotAvailable("no pods are run by this endpoint");
            }

            @Override
            public String insteadOfExec(String namespace, String pod) {
                return "exec is not available on the local endpoint: it runs no pods";
            }

            @Override
            public String insteadOfPortForward(String namespace, String pod) {
                return "port-forward is not available on the local endpoint: it runs no pods";
            }
        };
    }
}
