package io.concordkv.tools.nodes;

import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.OutputOption;
import io.concordkv.tools.console.Progress;
import io.concordkv.tools.console.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `concord nodes …`
@Command(
        name = "nodes",
        description = "Plain node processes on this machine, without Kubernetes.",
        footer = {
            "",
            "  nodes 3 --dir DIR                three nodes, one cluster, ready",
            "  nodes kill n2 --dir DIR          ends n2 as a crash would",
            "  nodes start n2 --dir DIR         starts it again and waits until it is ready",
            "  nodes join --dir DIR             one more node joins the cluster; join n2: an emptied n2 does",
            "  nodes down --dir DIR             stops all; the data stays",
            "",
            "DIR/nodes.json says where they are; DIR/<name>.log is what they print."
        },
        subcommands = {
            NodesCommand.Stop.class,
            NodesCommand.Start.class,
            NodesCommand.Kill.class,
            NodesCommand.Join.class,
            NodesCommand.Down.class
        },
        mixinStandardHelpOptions = true)
public final class NodesCommand implements Callable<Integer> {
    private static final int NODES_MAX = 9;

    @Parameters(index = "0", arity = "0..1", paramLabel = "COUNT", description = "how many nodes: 1, or 3 to 9")
    private @Nullable Integer count;

    @Parameters(index = "1..*", paramLabel = "-- -Dname=value", description = "settings and JVM arguments of all nodes")
    private List<String> arguments = new ArrayList<>();

    @Option(names = "--dir", paramLabel = "DIR", description = "where nodes.json, logs and data go")
    private @Nullable Path directory;

    @Option(
            names = "--base-port",
            defaultValue = "8080",
            paramLabel = "PORT",
            description = "node i takes three ports from PORT + 10 (i - 1); default ${DEFAULT-VALUE}")
    private int basePort;

    @Option(
            names = "--shards",
            defaultValue = "8",
            paramLabel = "N",
            description = "of the keyspace default; default ${DEFAULT-VALUE}")
    private int shards;

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        if (count == null || count < 1 || count == 2 || count > NODES_MAX) {
            throw CommandFailure.usage("want a number of nodes (1, or 3 to " + NODES_MAX
                    + ") or one of stop, start, kill, join, down; see nodes --help");
        }
        List<NodeEntry> nodes = group(directory).up(count, basePort, shards, arguments);
        if (output.isJson()) {
            var array = JsonText.array();
            nodes.forEach(node -> array.addObject()
                    .put("name", node.name())
                    .put("pid", node.pid().orElse(0))
                    .put("http", node.http())
                    .put("admin", node.admin())
                    .put("peer", node.peer())
                    .put("data", node.data()));
            System.out.println(JsonText.pretty(array));
        } else {
            Table table = new Table("NAME", "PID", "HTTP", "ADMIN", "DATA");
            nodes.forEach(node -> table.row(
                    node.name(), node.pid().orElse(0), "http://" + node.http(), "http://" + node.admin(), node.data()));
            table.print(System.out);
        }
        return ExitCode.DONE;
    }

    private static NodeGroup group(@Nullable Path directory) {
        if (directory == null) {
            throw CommandFailure.usage("--dir DIR is missing: where nodes.json, logs and data are");
        }
        return new NodeGroup(directory, new Progress(System.err));
    }

    /// What the commands on one node share.
    private static final class OneNode {
        @Parameters(index = "0", paramLabel = "NAME", description = "the node, as nodes.json names it")
        private String name = "";

        @Option(names = "--dir", required = true, paramLabel = "DIR", description = "where nodes.json is")
        private @Nullable Path directory;

        NodeGroup group() {
            return NodesCommand.group(directory);
        }
    }

    @Command(name = "stop", description = "Ask a node to stop; wait until it is gone.", mixinStandardHelpOptions = true)
    static final class Stop implements Callable<Integer> {
        @Mixin
        private OneNode node = new OneNode();

        @Override
        public Integer call() {
            node.group().stop(node.name);
            return ExitCode.DONE;
        }
    }

    @Command(name = "kill", description = "End a node at once, as a crash would.", mixinStandardHelpOptions = true)
    static final class Kill implements Callable<Integer> {
        @Mixin
        private OneNode node = new OneNode();

        @Override
        public Integer call() {
            node.group().kill(node.name);
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "start",
            description = "Start a stopped node; wait until it is ready.",
            mixinStandardHelpOptions = true)
    static final class Start implements Callable<Integer> {
        @Mixin
        private OneNode node = new OneNode();

        @Parameters(index = "1..*", paramLabel = "-- -Dname=value", description = "settings for this start only")
        private List<String> arguments = new ArrayList<>();

        @Override
        public Integer call() {
            NodeEntry started = node.group().start(node.name, arguments);
            System.out.println(
                    started.name() + " is ready (process " + started.pid().getAsLong() + ")");
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "join",
            description = "Start an empty node and let it join the cluster; wait until it is ready.",
            mixinStandardHelpOptions = true)
    static final class Join implements Callable<Integer> {
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "NAME",
                description = "a node of nodes.json whose volume is empty; without it one more node")
        private @Nullable String name;

        @Option(names = "--dir", required = true, paramLabel = "DIR", description = "where nodes.json is")
        private @Nullable Path directory;

        @Override
        public Integer call() {
            NodeEntry joined = group(directory).join(name);
            System.out.println(joined.name() + " has joined and is ready (process "
                    + joined.pid().getAsLong() + ")");
            return ExitCode.DONE;
        }
    }

    @Command(name = "down", description = "Stop all nodes; their data stays.", mixinStandardHelpOptions = true)
    static final class Down implements Callable<Integer> {
        @Option(names = "--dir", required = true, paramLabel = "DIR", description = "where nodes.json is")
        private @Nullable Path directory;

        @Override
        public Integer call() {
            group(directory).down();
            return ExitCode.DONE;
        }
    }
}
