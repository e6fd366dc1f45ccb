package io.concordkv.tools.kv;

import io.concordkv.client.ConcordClient;
import io.concordkv.client.ConcordException;
import io.concordkv.client.Keyspace;
import io.concordkv.tools.connect.DataOptions;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.Progress;
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.OperationResult;
import io.concordkv.wire.ProblemException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `concord kv import`: puts every line of an export, in batches. Puts are repeatable by nature, so a
/// batch whose outcome is unknown may simply be imported again.
@Command(
        name = "import",
        description = "Store every key and value of an NDJSON file, as export writes it.",
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    private static final int BATCH_OPERATIONS = 200;
    private static final int BATCH_BYTES = 1 << 20;
    private static final int LINE_BYTES_MAX = 8 << 20;

    @Mixin
    private DataOptions cluster = new DataOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "default: standard input")
    private @Nullable Path file;

    private final List<KvOperation> waiting = new ArrayList<>();
    private final Progress progress = new Progress(System.err);
    private long waitingBytes;
    private long imported;
    private long lineNumber;

    @Override
    public Integer call() throws IOException {
        try (ConcordClient client = cluster.connect(true);
                InputStream in =
                        new BufferedInputStream(file == null ? System.in : new FileInputStream(file.toFile()))) {
            Keyspace keys = client.keyspace(cluster.keyspace());
            for (byte[] line = line(in); line != null; line = line(in)) {
                take(keys, line);
            }
            flush(keys);
        }
        System.err.println(imported + " keys imported");
        return ExitCode.DONE;
    }

    private void take(Keyspace keys, byte[] line) {
        if (line.length == 0) {
            return;
        }
        switch (parse(line)) {
            case ListJson.Line.End(long count) -> {
                if (count != imported + waiting.size()) {
                    throw failure("the export says " + count + " keys, but " + (imported + waiting.size())
                            + " lines stand before its end");
                }
            }
            case ListJson.Line.Failed(var problem) -> throw failure("the export ended with " + problem.detail());
            case ListJson.Line.Item(ListItem item) -> {
                byte[] value = item.value();
                if (value == null) {
                    throw failure("no value or value64");
                }
                Limits.DEFAULT.checkKey(item.key());
                waiting.add(new KvOperation.Put(item.key(), value, 0));
                waitingBytes += item.key().length + value.length;
                if (waiting.size() >= BATCH_OPERATIONS || waitingBytes >= BATCH_BYTES) {
                    flush(keys);
                }
            }
        }
    }

    private ListJson.Line parse(byte[] line) {
        try {
            return ListJson.readLine(line);
        } catch (ProblemException e) {
            throw failure(e.problem().detail());
        }
    }

    private void flush(Keyspace keys) {
        if (waiting.isEmpty()) {
            return;
        }
        for (OperationResult result : keys.batch(List.copyOf(waiting), null)) {
            if (result instanceof OperationResult.Failed(var problem)) {
                throw new ConcordException(problem);
            }
        }
        imported += waiting.size();
        waiting.clear();
        waitingBytes = 0;
        progress.step(imported + " keys imported");
    }

    private CommandFailure failure(String what) {
        return CommandFailure.refused(
                "line " + lineNumber + ": " + what + "; " + imported + " keys are imported, importing again is safe");
    }

    private byte @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        int b = in.read();
        if (b < 0) {
            return null;
        }
        lineNumber++;
        while (b >= 0 && b != '\n') {
            line.write(b);
            if (line.size() > LINE_BYTES_MAX) {
                throw failure("longer than " + LINE_BYTES_MAX + " bytes");
            }
            b = in.read();
        }
        return line.toByteArray();
    }
}
