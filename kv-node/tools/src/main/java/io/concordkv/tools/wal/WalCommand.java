package io.concordkv.tools.wal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.disk.FileDisk;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.OutputOption;
import io.concordkv.tools.console.Table;
import io.concordkv.wal.RecoveredGroup;
import io.concordkv.wal.WalInspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `concord wal dump|verify PATH`
@Command(
        name = "wal",
        description = "Offline check of a node's log; changes nothing. Of a running node the end may look torn.",
        subcommands = {WalCommand.Dump.class, WalCommand.Verify.class},
        mixinStandardHelpOptions = true)
public final class WalCommand implements Callable<Integer> {
    private static final String FOLDER = "wal";

    @Override
    public Integer call() {
        throw CommandFailure.usage("want dump or verify; see wal --help");
    }

    /// A folder of segments: the one given, or `wal` in a node's data folder.
    private record Log(FileDisk disk, String directory) {
        static Log of(Path path) {
            Path folder = path.toAbsolutePath().normalize();
            if (Files.isDirectory(folder.resolve(FOLDER))) {
                folder = folder.resolve(FOLDER);
            }
            Path parent = folder.getParent();
            if (!Files.isDirectory(folder) || parent == null) {
                throw CommandFailure.refused(path + " is no folder; want a node's data folder, or its wal folder");
            }
            return new Log(FileDisk.unlocked(parent), folder.getFileName().toString());
        }
    }

    @Command(name = "dump", description = "Print every segment, frame and record.", mixinStandardHelpOptions = true)
    static final class Dump implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "PATH", description = "a node's data folder, or its wal folder")
        private Path path = Path.of(".");

        @Mixin
        private OutputOption output = new OutputOption();

        private boolean broken;

        @Override
        public Integer call() throws IOException {
            Log log = Log.of(path);
            WalInspector.dump(log.disk(), log.directory(), output.isJson() ? this::printJson : this::print);
            return broken ? ExitCode.REFUSED : ExitCode.DONE;
        }

        private void print(WalInspector.Sight sight) {
            switch (sight) {
                case WalInspector.Sight.SegmentBegins begins ->
                    System.out.println(begins.file() + "  segment " + begins.number() + ", log " + begins.logId()
                            + ", incarnation " + begins.incarnation() + ", " + begins.bytes() + " bytes");
                case WalInspector.Sight.Frame frame -> {
                    System.out.println("  @" + frame.offset() + "  frame " + frame.sequence() + " after "
                            + frame.previous() + ", durable " + frame.durable() + ", " + frame.blocks() + " blocks"
                            + (frame.checkpoint() ? ", checkpoint" : ""));
                    frame.records().forEach(record -> System.out.println("      " + record));
                }
                case WalInspector.Sight.Broken found -> {
                    broken |= !found.torn();
                    System.out.println(
                            "  @" + found.offset() + "  " + (found.torn() ? "torn: " : "BROKEN: ") + found.what());
                }
            }
        }

        private void printJson(WalInspector.Sight sight) {
            var node = JsonText.object();
            switch (sight) {
                case WalInspector.Sight.SegmentBegins begins ->
                    node.put("segment", begins.number())
                            .put("file", begins.file())
                            .put("logId", begins.logId().toString())
                            .put("incarnation", begins.incarnation())
                            .put("bytes", begins.bytes());
                case WalInspector.Sight.Frame frame -> {
                    node.put("frame", frame.sequence())
                            .put("file", frame.file())
                            .put("offset", frame.offset())
                            .put("blocks", frame.blocks())
                            .put("previous", frame.previous())
                            .put("durable", frame.durable())
                            .put("checkpoint", frame.checkpoint());
                    var records = node.putArray("records");
                    frame.records().forEach(records::add);
                }
                case WalInspector.Sight.Broken found -> {
                    broken |= !found.torn();
                    node.put("broken", found.what())
                            .put("file", found.file())
                            .put("offset", found.offset())
                            .put("torn", found.torn());
                }
            }
            System.out.println(JsonText.line(node));
        }
    }

    @Command(
            name = "verify",
            description = "Read the log as a start would, without its repairs; exit 1 when it is damaged.",
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "PATH", description = "a node's data folder, or its wal folder")
        private Path path = Path.of(".");

        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        public Integer call() throws IOException {
            Log log = Log.of(path);
            WalInspector.Verdict verdict = WalInspector.verify(log.disk(), log.directory());
            if (verdict.logId().isEmpty() && verdict.events().isEmpty()) {
                throw CommandFailure.refused("no log in " + path);
            }
            if (output.isJson()) {
                printJson(verdict);
            } else {
                print(verdict);
            }
            return verdict.isSound() ? ExitCode.DONE : ExitCode.REFUSED;
        }

        private static void print(WalInspector.Verdict verdict) {
            System.out.println("log " + verdict.logId().map(Object::toString).orElse("(unknown)") + ", incarnation "
                    + verdict.incarnation() + ", durable up to frame " + verdict.durableSequence() + ", "
                    + verdict.framesAbove() + " whole frames above");
            Table table = new Table("SHARD", "REPLICA", "TERM", "COMMIT", "COMPACTED", "LAST");
            verdict.groups()
                    .forEach((shard, group) -> table.row(
                            shard,
                            group.replica(),
                            group.term(),
                            group.commit(),
                            group.compacted().index(),
                            group.lastIndex()));
            table.print(System.out);
            verdict.damaged().forEach((shard, why) -> System.out.println("DAMAGED shard " + shard + ": " + why));
            verdict.events().forEach(event -> System.out.println("note: " + event));
            System.out.println(verdict.isSound() ? "sound" : "damaged");
        }

        private static void printJson(WalInspector.Verdict verdict) {
            var node = JsonText.object()
                    .put("sound", verdict.isSound())
                    .put("logId", verdict.logId().map(Object::toString).orElse(null))
                    .put("incarnation", verdict.incarnation())
                    .put("durableSequence", verdict.durableSequence())
                    .put("framesAbove", verdict.framesAbove());
            var groups = node.putArray("groups");
            verdict.groups().forEach((shard, group) -> put(groups.addObject().put("shard", shard.toString()), group));
            var damaged = node.putObject("damaged");
            verdict.damaged().forEach((shard, why) -> damaged.put(shard.toString(), why));
            var events = node.putArray("events");
            verdict.events().forEach(events::add);
            System.out.println(JsonText.pretty(node));
        }

        private static void put(ObjectNode node, RecoveredGroup group) {
            node.put("replica", group.replica().toString())
                    .put("term", group.term())
                    .put("commit", group.commit())
                    .put("compacted", group.compacted().index())
                    .put("last", group.lastIndex());
        }
    }
}
