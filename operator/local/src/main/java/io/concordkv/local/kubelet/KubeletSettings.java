package io.concordkv.local.kubelet;

import java.nio.file.Path;
import java.time.Duration;

/// @param directory     root of everything the kubelet writes
/// @param nodeName      name of the one node
/// @param images        what image names mean
/// @param restartFirst  wait before the second restart of a container; doubled each time
/// @param restartLongest upper bound of that wait
public record KubeletSettings(
        Path directory, String nodeName, ImageTable images, Duration restartFirst, Duration restartLongest) {

    /// Waits as in any cluster: 10 s, doubled up to 5 min.
    public static KubeletSettings of(Path directory, ImageTable images) {
        return new KubeletSettings(directory, "local", images, Duration.ofSeconds(10), Duration.ofMinutes(5));
    }

    public KubeletSettings withRestartFirst(Duration first) {
        return new KubeletSettings(directory, nodeName, images, first, restartLongest);
    }

    Path pods() {
        return directory.resolve("pods");
    }

    /// Data of claims: `volumes/<namespace>/<claim>`.
    public Path claims() {
        return directory.resolve("volumes");
    }

    Path hosts() {
        return directory.resolve("hosts");
    }

    /// Names of all Services and pods as seen from a namespace, in the format of `/etc/hosts`.
    public Path hostsFile(String namespace) {
        return hosts().resolve(namespace);
    }
}
