package io.concordkv.tools.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.Table;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `concord admin moves [cancel]`; alone it lists them.
@Command(
        name = "moves",
        description = "List moves of replicas, under way and over; or cancel one.",
        subcommands = MovesCommand.Cancel.class,
        mixinStandardHelpOptions = true)
final class MovesCommand implements Callable<Integer> {
    @Mixin
    private AdminCommand.Connection connection = new AdminCommand.Connection();

    @Override
    public Integer call() throws IOException {
        AdminClient.Reply reply = connection.open().get("/admin/v1/moves");
        if (!reply.isSuccess()) {
            throw CommandFailure.refused(reply.explanation());
        }
        JsonNode moves = reply.body().path("moves");
        if (connection.isJson()) {
            System.out.println(JsonText.pretty(moves));
            return ExitCode.DONE;
        }
        Table table = new Table("MOVE", "SHARD", "FROM", "TO", "PHASE", "STARTED", "REASON");
        for (JsonNode each : moves) {
            table.row(
                    each.path("id").asText(),
                    each.path("shard").asText(),
                    node(each, "from"),
                    node(each, "to"),
                    each.path("phase").asText(),
                    each.path("startedAt").asText(),
                    each.path("reason").asText());
        }
        table.print(System.out);
        return ExitCode.DONE;
    }

    private static String node(JsonNode move, String field) {
        return move.path(field).isNull() ? "-" : move.path(field).asText("-");
    }

    /// `concord admin move SHARD --from NODE-ID --to NODE-ID`
    @Command(
            name = "move",
            description = "Move a replica of a shard from one node to another; without --from only add one, without"
                    + " --to only remove one. The shard serves meanwhile; see admin moves.",
            mixinStandardHelpOptions = true)
    static final class Begin implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "SHARD")
        private long shard;

        @Option(names = "--from", paramLabel = "NODE-ID", description = "who gives its replica up")
        private @Nullable String from;

        @Option(names = "--to", paramLabel = "NODE-ID", description = "who gets one")
        private @Nullable String to;

        @Override
        public Integer call() throws IOException {
            if (from == null && to == null) {
                throw CommandFailure.usage("want --from, --to or both");
            }
            ObjectNode body = JsonText.object();
            if (from != null) {
                body.put("from", from);
            }
            if (to != null) {
                body.put("to", to);
            }
            AdminClient.Reply reply = connection.open().post("/admin/v1/shards/" + shard + ":move", body);
            return connection.answer(reply, "move " + reply.body().path("id").asText() + " has begun");
        }
    }

    @Command(name = "cancel", description = "Give a move up, before it is switched.", mixinStandardHelpOptions = true)
    static final class Cancel implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "MOVE")
        private long move;

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.open().post("/admin/v1/moves/" + move + ":cancel", null);
            return connection.answer(reply, "move " + move + " is being given up");
        }
    }
}
