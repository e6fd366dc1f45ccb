package io.concordkv.tools.kv;

import io.concordkv.client.ConcordClient;
import io.concordkv.client.Entry;
import io.concordkv.client.WriteOptions;
import io.concordkv.tools.connect.DataOptions;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.OutputOption;
import io.concordkv.wire.Durations;
import io.concordkv.wire.Limits;
import io.concordkv.wire.OperationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `concord kv …`: one call, one answer.
@Command(
        name = "kv",
        description = "One command on keys.",
        subcommands = {
            KvCommand.Get.class,
            KvCommand.Put.class,
            KvCommand.Delete.class,
            ScanCommand.class,
            CountCommand.class,
            ExportCommand.class,
            ImportCommand.class
        },
        mixinStandardHelpOptions = true)
public final class KvCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw CommandFailure.usage("want one of get, put, del, scan, count, export, import; see kv --help");
    }

    @Command(
            name = "get",
            description = "Print a value; exit 1 when the key is not there.",
            mixinStandardHelpOptions = true)
    static final class Get implements Callable<Integer> {
        @Mixin
        private DataOptions cluster = new DataOptions();

        @Mixin
        private OutputOption output = new OutputOption();

        @Parameters(index = "0", paramLabel = "KEY")
        private String key = "";

        @Override
        public Integer call() throws IOException {
            try (ConcordClient client = cluster.connect(false)) {
                Optional<Entry> found = client.keyspace(cluster.keyspace()).get(Text.utf8(key));
                if (found.isEmpty()) {
                    throw CommandFailure.refused("no key '" + key + "'");
                }
                print(found.get());
                return ExitCode.DONE;
            }
        }

        private void print(Entry entry) throws IOException {
            if (output.isJson()) {
                var node = JsonText.object();
                Text.put(node, "key", Text.utf8(key));
                Text.put(node, "value", entry.value());
                node.put("revision", Long.toString(entry.revision()))
                        .put("createRevision", Long.toString(entry.createRevision()))
                        .put("version", entry.version());
                entry.expiresInMillis().ifPresent(left -> node.put("expiresInMs", left));
                System.out.println(JsonText.line(node));
            } else {
                System.out.write(entry.value());
                System.out.println();
            }
        }
    }

    @Command(name = "put", description = "Store a value.", mixinStandardHelpOptions = true)
    static final class Put implements Callable<Integer> {
        @Mixin
        private DataOptions cluster = new DataOptions();

        @Mixin
        private OutputOption output = new OutputOption();

        @Parameters(index = "0", paramLabel = "KEY")
        private String key = "";

        @Parameters(index = "1", paramLabel = "VALUE", description = "the value; - reads standard input, @FILE a file")
        private String value = "";

        @Option(names = "--ttl", paramLabel = "DURATION", description = "time to live: 30s, 5m, 2h, 7d")
        private @Nullable String ttl;

        @Option(names = "--if-revision", paramLabel = "REVISION", description = "only when the key is at this revision")
        private @Nullable Long revision;

        @Option(names = "--if-absent", description = "only when the key is not there")
        private boolean absent;

        @Option(names = "--idempotency-key", paramLabel = "TEXT", description = "makes the write safe to repeat")
        private @Nullable String idempotencyKey;

        @Override
        public Integer call() throws IOException {
            WriteOptions options = WriteOptions.NONE;
            if (ttl != null) {
                options = options.withTtlMillis(
                        Durations.parseMillis("--ttl", ttl, Limits.TTL_MILLIS_MIN, Limits.TTL_MILLIS_MAX));
            }
            options = revision == null ? options : options.ifRevision(revision);
            options = absent ? options.ifAbsent() : options;
            options = idempotencyKey == null ? options : options.withIdempotencyKey(idempotencyKey);
            try (ConcordClient client = cluster.connect(false)) {
                OperationResult.Stored stored =
                        client.keyspace(cluster.keyspace()).put(Text.utf8(key), bytes(value), options);
                if (output.isJson()) {
                    System.out.println(JsonText.line(JsonText.object()
                            .put("revision", Long.toString(stored.revision()))
                            .put("created", stored.created())));
                } else {
                    System.out.println((stored.created() ? "created" : "replaced") + ", revision " + stored.revision());
                }
                return ExitCode.DONE;
            }
        }

        private static byte[] bytes(String value) throws IOException {
            if (value.equals("-")) {
                return System.in.readAllBytes();
            }
            try {
                return value.startsWith("@") ? Files.readAllBytes(Path.of(value.substring(1))) : Text.utf8(value);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + value.substring(1) + ": " + e.getMessage(), e);
            }
        }
    }

    @Command(name = "del", description = "Remove a key; exit 1 when it was not there.", mixinStandardHelpOptions = true)
    static final class Delete implements Callable<Integer> {
        @Mixin
        private DataOptions cluster = new DataOptions();

        @Mixin
        private OutputOption output = new OutputOption();

        @Parameters(index = "0", paramLabel = "KEY")
        private String key = "";

        @Override
        public Integer call() {
            try (ConcordClient client = cluster.connect(false)) {
                OperationResult.Deleted deleted =
                        client.keyspace(cluster.keyspace()).delete(Text.utf8(key));
                if (output.isJson()) {
                    System.out.println(JsonText.line(JsonText.object().put("deleted", deleted.wasPresent())));
                } else {
                    System.out.println(
                            deleted.wasPresent() ? "removed, revision " + deleted.revision() : "no key '" + key + "'");
                }
                return deleted.wasPresent() ? ExitCode.DONE : ExitCode.REFUSED;
            }
        }
    }
}
