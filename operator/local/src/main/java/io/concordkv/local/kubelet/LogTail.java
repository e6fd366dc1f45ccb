package io.concordkv.local.kubelet;

import io.concordkv.local.api.PodRuntime.LogOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;

/// The end of a log, for the termination message of a container that wrote none.
final class LogTail {
    private LogTail() {}

    static String of(Path log, int lines, int bytesMax) throws IOException {
        var options = new LogOptions(false, false, OptionalInt.of(lines), false, null, OptionalInt.empty());
        try (var stream = new LogStream(log, null, options)) {
            byte[] all = stream.readAllBytes();
            int from = Math.max(0, all.length - bytesMax);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        }
    }
}
