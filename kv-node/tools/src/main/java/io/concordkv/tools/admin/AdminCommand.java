package io.concordkv.tools.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.tools.connect.AdminOptions;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.OutputOption;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `concord admin …`
@Command(
        name = "admin",
        description = "Administration over a node's admin port.",
        subcommands = {
            StatusCommand.class,
            AdminCommand.TransferLeader.class,
            AdminCommand.Snapshot.class,
            AdminCommand.Compact.class,
            AdminCommand.Restartable.class,
            AdminCommand.Reserve.class,
            AdminCommand.Release.class,
            MembersCommand.Join.class,
            MembersCommand.Drain.class,
            MembersCommand.Undrain.class,
            MembersCommand.Remove.class,
            MembersCommand.Replace.class,
            MovesCommand.Begin.class,
            MovesCommand.class,
            KeyspacesCommand.class
        },
        mixinStandardHelpOptions = true)
public final class AdminCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw CommandFailure.usage("want one of status, transfer-leader, snapshot, compact, restartable, reserve,"
                + " release, join, drain, undrain, remove, replace, move, moves, keyspaces; see admin --help");
    }

    /// The options all of them share.
    static final class Connection {
        @Mixin
        private AdminOptions admin = new AdminOptions();

        @Mixin
        private OutputOption output = new OutputOption();

        AdminClient open() {
            return admin.connect();
        }

        boolean isJson() {
            return output.isJson();
        }

        /// Sends to a shard; when the asked node does not lead it, once more to the one that does.
        AdminClient.Reply askShard(long shard, String verb, ObjectNode body) throws IOException {
            String path = "/admin/v1/shards/" + shard + ":" + verb;
            AdminClient.Reply reply = open().post(path, body);
            String leader = reply.body().path("leader").asText("");
            boolean moved = reply.body().path("code").asText().equals("not-leader") && !leader.isEmpty();
            return moved ? new AdminClient(leader).post(path, body) : reply;
        }

        /// Prints a success, or fails with what the node said.
        int answer(AdminClient.Reply reply, String done) {
            if (!reply.isSuccess()) {
                if (isJson()) {
                    System.out.println(JsonText.line(reply.body()));
                }
                boolean unknown = reply.body().path("executed").asText("no").equals("unknown");
                throw new CommandFailure(unknown ? ExitCode.UNKNOWN : ExitCode.REFUSED, reply.explanation());
            }
            if (isJson()) {
                System.out.println(JsonText.line(reply.body()));
            } else {
                System.out.println(done + (reply.location() == null ? "" : " (" + reply.location() + ")"));
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "transfer-leader",
            description = "Hand the leadership of a shard over.",
            mixinStandardHelpOptions = true)
    static final class TransferLeader implements Callable<Integer> {
        @Mixin
        private Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "SHARD")
        private long shard;

        @Parameters(index = "1", paramLabel = "NODE-ID", description = "who shall lead it")
        private String to = "";

        @Override
        public Integer call() throws IOException {
            ObjectNode body = JsonText.object().put("to", to);
            AdminClient.Reply reply = connection.askShard(shard, "transfer-leader", body);
            return connection.answer(reply, "asked shard " + shard + " to move its leader to node " + to);
        }
    }

    @Command(
            name = "snapshot",
            description = "Make a snapshot of a shard on its replicas.",
            mixinStandardHelpOptions = true)
    static final class Snapshot implements Callable<Integer> {
        @Mixin
        private Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "SHARD")
        private long shard;

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.askShard(shard, "snapshot", JsonText.object());
            return connection.answer(reply, "asked shard " + shard + " for a snapshot");
        }
    }

    @Command(name = "compact", description = "Compact the log of a shard.", mixinStandardHelpOptions = true)
    static final class Compact implements Callable<Integer> {
        @Mixin
        private Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "SHARD")
        private long shard;

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.askShard(shard, "compact", JsonText.object());
            return connection.answer(reply, "asked shard " + shard + " to compact its log");
        }
    }

    @Command(
            name = "restartable",
            description = "May this node stop now without costing a shard its majority? Exit 1 when not.",
            mixinStandardHelpOptions = true)
    static final class Restartable implements Callable<Integer> {
        @Mixin
        private Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "NODE-ID")
        private String node = "";

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.open().get("/admin/v1/nodes/" + node + "/restartable");
            boolean may = reply.body().path("restartable").asBoolean();
            StringBuilder text = new StringBuilder(may ? "yes" : "no");
            for (JsonNode reason : reply.body().path("reasons")) {
                text.append("\n  ").append(reason.asText());
            }
            connection.answer(reply, text.toString());
            return may ? ExitCode.DONE : ExitCode.REFUSED;
        }
    }

    @Command(
            name = "reserve",
            description = "Take the right to stop a node; its leaders move away.",
            mixinStandardHelpOptions = true)
    static final class Reserve implements Callable<Integer> {
        @Mixin
        private Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "NODE-ID")
        private String node = "";

        @Option(names = "--purpose", defaultValue = "maintenance", paramLabel = "TEXT")
        private String purpose = "maintenance";

        @Option(names = "--owner", defaultValue = "concord-cli", paramLabel = "TEXT")
        private String owner = "concord-cli";

        @Override
        public Integer call() throws IOException {
            ObjectNode body = JsonText.object().put("purpose", purpose).put("owner", owner);
            AdminClient.Reply reply = connection.open().post("/admin/v1/nodes/" + node + ":reserve", body);
            return connection.answer(reply, "node " + node + " is reserved for " + owner);
        }
    }

    @Command(name = "release", description = "Give a reservation back.", mixinStandardHelpOptions = true)
    static final class Release implements Callable<Integer> {
        @Mixin
        private Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "NODE-ID")
        private String node = "";

        @Option(names = "--purpose", defaultValue = "maintenance", paramLabel = "TEXT")
        private String purpose = "maintenance";

        @Option(names = "--owner", defaultValue = "concord-cli", paramLabel = "TEXT")
        private String owner = "concord-cli";

        @Override
        public Integer call() throws IOException {
            ObjectNode body = JsonText.object().put("purpose", purpose).put("owner", owner);
            AdminClient.Reply reply = connection.open().post("/admin/v1/nodes/" + node + ":release", body);
            return connection.answer(reply, "node " + node + " is no longer reserved");
        }
    }
}
