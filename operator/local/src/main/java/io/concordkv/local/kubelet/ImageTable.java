package io.concordkv.local.kubelet;

import java.util.List;
import java.util.Map;

/// What an image name means on a machine without containers: a command line. The tag says nothing
/// but `fail`, which is a program that exits with 1 at once.
///
/// @param images by name without registry, tag and digest, for example `concordkv/node`
public record ImageTable(Map<String, Image> images) {

    /// @param command     stands for the image's entry point; a container's `command` replaces it; `$(NAME)`
    ///                    is the container's environment variable
    /// @param environment of the image; a container's own values win
    public record Image(List<String> command, Map<String, String> environment) {
        public static Image of(String... command) {
            return new Image(List.of(command), Map.of());
        }
    }

    sealed interface Pull {
        record Found(Image image) implements Pull {}

        record Failed(String message) implements Pull {}
    }

    Pull pull(String reference) {
        String name = reference;
        int digest = name.indexOf('@');
        if (digest >= 0) {
            name = name.substring(0, digest);
        }
        String tag = "";
        int colon = name.lastIndexOf(':');
        if (colon > name.lastIndexOf('/')) {
            tag = name.substring(colon + 1);
            name = name.substring(0, colon);
        }
        for (String registry : List.of("docker.io/library/", "docker.io/", "localhost/")) {
            if (name.startsWith(registry)) {
                name = name.substring(registry.length());
            }
        }
        Image image = images.get(name);
        if (image == null) {
            return new Pull.Failed("Failed to pull image \"" + reference
                    + "\": this machine runs processes, not containers, and knows only "
                    + images.keySet().stream().sorted().toList() + " (any tag; the tag fail exits with 1)");
        }
        if (tag.equals("fail")) {
            return new Pull.Found(Image.of("/bin/sh", "-c", "echo 'image tag fail: exits with 1' >&2; exit 1"));
        }
        return new Pull.Found(image);
    }
}
