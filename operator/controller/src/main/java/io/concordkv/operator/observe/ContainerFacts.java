package io.concordkv.operator.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The node's container. A failing one alternates between states (running for a moment, ended, waiting
/// longer and longer): what is kept here is only what stays the same meanwhile.
///
/// @param running whether its process runs now
/// @param since   since when, while it runs
/// @param waiting why it does not run, such as `ImagePullBackOff`; null when it runs or nobody said
/// @param message what Kubernetes adds to `waiting`, without times and counts
/// @param exited  how its last process ended, in its own words if it left any; null if none ended
/// @param image   as the pod asks for it
public record ContainerFacts(
        boolean running,
        @Nullable Instant since,
        @Nullable String waiting,
        @Nullable String message,
        @Nullable String exited,
        String image) {

    public static final ContainerFacts NONE = new ContainerFacts(false, null, null, null, null, "");

    public static final String IMAGE_UNAVAILABLE = "ImagePullBackOff";
    public static final String ENDS_AGAIN = "CrashLoopBackOff";

    /// Kubernetes says that waiting alone will not help.
    public boolean isFailing() {
        return waiting != null
                && switch (waiting) {
                    case IMAGE_UNAVAILABLE,
                            "InvalidImageName",
                            "ErrImageNeverPull",
                            ENDS_AGAIN,
                            "CreateContainerConfigError",
                            "CreateContainerError",
                            "RunContainerError" -> true;
                    default -> false;
                };
    }
}
