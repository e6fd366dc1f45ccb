package io.concordkv.tools.kv;

import io.concordkv.client.ConcordClient;
import io.concordkv.tools.connect.DataOptions;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.Progress;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListJson;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `concord kv export`: one item a line, the last line `{"end":true,"count":n}`, as the interface
/// streams lists. Times to live are not part of it.
@Command(
        name = "export",
        description = {
            "Write keys and values as NDJSON, one item a line; the last line says that nothing was cut.",
            "Each page is a consistent read of its own; times to live are not exported."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private DataOptions cluster = new DataOptions();

    @Mixin
    private RangeOptions range = new RangeOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "default: standard output")
    private @Nullable Path file;

    @Override
    public Integer call() throws IOException {
        long count;
        if (file == null) {
            OutputStream out = new BufferedOutputStream(System.out);
            count = exportTo(out);
            out.flush();
        } else {
            try (OutputStream out = new BufferedOutputStream(new FileOutputStream(file.toFile()))) {
                count = exportTo(out);
            }
        }
        System.err.println(count + " keys exported");
        return ExitCode.DONE;
    }

    private long exportTo(OutputStream out) throws IOException {
        Progress progress = new Progress(System.err);
        long count = 0;
        try (ConcordClient client = cluster.connect(true)) {
            var parameters = range.parameters().withLimit(Limits.DEFAULT.pageItemsMax());
            for (ListItem item : client.keyspace(cluster.keyspace()).scan(parameters)) {
                out.write(ListJson.line(new ListJson.Line.Item(item), false));
                count++;
                if (count % 1_000 == 0) {
                    progress.step(count + " keys exported");
                }
            }
        }
        out.write(ListJson.line(new ListJson.Line.End(count), false));
        return count;
    }
}
