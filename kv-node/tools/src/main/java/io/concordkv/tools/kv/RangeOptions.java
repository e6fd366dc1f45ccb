package io.concordkv.tools.kv;

import io.concordkv.base.Bytes;
import io.concordkv.wire.ListParameters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which keys a list shows.
final class RangeOptions {
    @Option(names = "--prefix", paramLabel = "TEXT", description = "only keys that begin so")
    private @Nullable String prefix;

    @Option(names = "--start", paramLabel = "KEY", description = "from this key on, inclusive")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "KEY", description = "up to this key, exclusive")
    private @Nullable String end;

    ListParameters parameters() {
        return ListParameters.ALL
                .withPrefix(Bytes.utf8(prefix == null ? "" : prefix))
                .withBounds(Bytes.utf8(start == null ? "" : start), end == null ? null : Bytes.utf8(end));
    }
}
