package io.concordkv.operator.observe;

import org.jspecify.annotations.Nullable;

/// The node's container.
///
/// @param running whether its process runs now
/// @param waiting why it does not run, such as `ImagePullBackOff`; null when it runs or nobody said
/// @param message what Kubernetes adds to `waiting`
/// @param exited  how its last process ended, in its own words if it left any; null if none ended
/// @param restarts how often it was started again
public record ContainerFacts(
        boolean running,
        @Nullable String waiting,
        @Nullable String message,
        @Nullable String exited,
        int restarts) {

    public static final ContainerFacts NONE = new ContainerFacts(false, null, null, null, 0);

    /// Kubernetes says that waiting alone will not help.
    public boolean isFailing() {
        return waiting != null
                && switch (waiting) {
                    case "ImagePullBackOff",
                            "ErrImagePull",
                            "InvalidImageName",
                            "ErrImageNeverPull",
                            "CrashLoopBackOff",
                            "CreateContainerConfigError",
                            "CreateContainerError",
                            "RunContainerError" -> true;
                    default -> false;
                };
    }
}
