package io.concordkv.image;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What an image is, before any file of it exists.
///
/// @param kind        which of the three
/// @param title       for people, as label
/// @param description for people, as label
/// @param modules     of its Java runtime; the training run fails when one is missing
/// @param flags       of its JVM, without the heap where a pod may change that
/// @param jar         started with `-jar`, below [#APPLICATION]
/// @param environment of the image; a pod's own values win
/// @param ports       it listens on
public record ImageRecipe(
        Kind kind,
        String title,
        String description,
        List<String> modules,
        List<String> flags,
        String jar,
        Map<String, String> environment,
        List<Integer> ports) {
    public static final String APPLICATION = "/app";
    public static final String RUNTIME = "/jre";
    public static final String DATA = "/data";
    /// Numeric, so that a kubelet can see that it is not root.
    public static final int USER = 10_001;

    /// The images there are; the name of each is `concordkv/` and its name in lower case.
    public enum Kind {
        NODE,
        OPERATOR,
        CLI;

        public String id() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public String repository() {
        return "concordkv/" + kind.id();
    }

    /// Path in the image of the ahead-of-time cache.
    public String cache() {
        return APPLICATION + "/" + kind.id() + ".aot";
    }

    /// No shell: java is process 1 and gets the signals.
    public List<String> entryPoint() {
        return Stream.of(
                        List.of(RUNTIME + "/bin/java"),
                        flags,
                        List.of("-XX:AOTCache=" + cache(), "-jar", APPLICATION + "/" + jar))
                .flatMap(List::stream)
                .toList();
    }
}
