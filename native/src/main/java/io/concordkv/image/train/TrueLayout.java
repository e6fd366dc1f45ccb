package io.concordkv.image.train;

import io.concordkv.image.ImageRecipe;
import io.concordkv.image.Programs;
import io.concordkv.image.stage.StagedRoot;
import io.concordkv.server.training.TrainedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Runs an image as a container would, without a container runtime: the staged folder is the root and
/// read-only, the user is the image's, only `/tmp` can be written, and there is no file of this machine.
/// Needs root here.
final class TrueLayout {
    /// Mounts live in a mount namespace of their own and end with the process.
    private static final String ENTER = """
            set -e
            root=$1 place=$2; shift 2
            mount --bind "$root" "$root"
            mount --rbind /dev "$root/dev"
            mount --rbind /proc "$root/proc"
            mount --bind "$place" "$root/tmp"
            mount -o remount,ro,bind "$root"
            cd /
            exec chroot --userspec=%1$d:%1$d "$root" "$@"
            """.formatted(ImageRecipe.USER);
    private static final List<String> OWN_MOUNTS = List.of("unshare", "--mount", "--propagation", "private");

    private TrueLayout() {}

    /// Whether this machine and user can do it.
    static boolean isPossible() {
        try {
            return "root".equals(System.getProperty("user.name"))
                    && Programs.output(Stream.concat(OWN_MOUNTS.stream(), Stream.of("chroot", "/", "true"))
                                    .toList())
                            .isEmpty();
        } catch (IOException impossible) {
            return false;
        }
    }

    /// The image's own entry point, with its cache demanded.
    static TrainedProgram program(StagedRoot root, ImageRecipe recipe, Place place) {
        List<String> entry = recipe.entryPoint();
        Map<String, String> environment = new TreeMap<>(recipe.environment());
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        List<String> launcher = Stream.of(
                        OWN_MOUNTS,
                        List.of(
                                "sh",
                                "-c",
                                ENTER,
                                "sh",
                                root.folder().toString(),
                                place.folder().toString()),
                        entry.subList(0, 1))
                .flatMap(List::stream)
                .toList();
        int jar = entry.indexOf("-jar");
        return new TrainedProgram(launcher, entry.subList(1, jar), entry.subList(jar, entry.size()), environment)
                .with("-XX:AOTMode=on");
    }

    /// A folder that the image's user owns and sees as `/tmp`.
    static Place place(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setAttribute(folder, "unix:uid", ImageRecipe.USER);
        Files.setAttribute(folder, "unix:gid", ImageRecipe.USER);
        return new Place(folder, Path.of("/tmp"));
    }
}
