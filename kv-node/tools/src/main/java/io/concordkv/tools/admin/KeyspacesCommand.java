package io.concordkv.tools.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.Table;
import io.concordkv.tools.remote.AdminClient;
import io.concordkv.wire.RequestTarget;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `concord admin keyspaces [create|get|delete]`; alone it lists them.
@Command(
        name = "keyspaces",
        description = "List keyspaces; or create, get, delete one.",
        subcommands = {KeyspacesCommand.Create.class, KeyspacesCommand.Get.class, KeyspacesCommand.Delete.class},
        mixinStandardHelpOptions = true)
final class KeyspacesCommand implements Callable<Integer> {
    @Mixin
    private AdminCommand.Connection connection = new AdminCommand.Connection();

    @Override
    public Integer call() throws IOException {
        AdminClient.Reply reply = connection.open().get("/admin/v1/cluster");
        if (!reply.isSuccess()) {
            throw CommandFailure.refused(reply.explanation());
        }
        JsonNode keyspaces = reply.body().path("keyspaces");
        if (connection.isJson()) {
            System.out.println(JsonText.pretty(keyspaces));
            return ExitCode.DONE;
        }
        Table table = new Table("KEYSPACE", "ENGINE", "MODE", "SHARDS", "DURABILITY", "COPIES");
        for (JsonNode each : keyspaces) {
            table.row(
                    each.path("name").asText(),
                    each.path("engine").asText("-"),
                    each.path("mode").asText("-"),
                    each.path("shards").asText("-"),
                    each.path("durability").asText("-"),
                    each.path("replicationFactor").asText("-"));
        }
        table.print(System.out);
        return ExitCode.DONE;
    }

    private static String path(String name) {
        if (!RequestTarget.isKeyspaceName(name)) {
            throw CommandFailure.usage("'" + name + "' is no keyspace name: a lower-case letter, then at most 39"
                    + " lower-case letters, digits or '-'");
        }
        return "/admin/v1/keyspaces/" + name;
    }

    @Command(
            name = "create",
            description = "Create a keyspace; the same again changes nothing.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "NAME")
        private String name = "";

        @Option(names = "--engine", paramLabel = "NAME", description = "default: as the cluster decides")
        private @Nullable String engine;

        @Option(names = "--mode", paramLabel = "hash|single")
        private @Nullable String mode;

        @Option(names = "--shards", paramLabel = "N")
        private @Nullable Integer shards;

        @Option(names = "--durability", paramLabel = "sync")
        private @Nullable String durability;

        @Option(names = "--replication-factor", paramLabel = "N")
        private @Nullable Integer replicationFactor;

        @Override
        public Integer call() throws IOException {
            ObjectNode body = JsonText.object();
            put(body, "engine", engine);
            put(body, "mode", mode);
            put(body, "durability", durability);
            if (shards != null) {
                body.put("shards", shards);
            }
            if (replicationFactor != null) {
                body.put("replicationFactor", replicationFactor);
            }
            AdminClient.Reply reply = connection.open().put(path(name), body);
            return connection.answer(
                    reply, "keyspace " + name + (reply.status() == 201 ? " is created" : " is there already"));
        }

        private static void put(ObjectNode body, String field, @Nullable String value) {
            if (value != null) {
                body.put(field, value);
            }
        }
    }

    @Command(name = "get", description = "Show one keyspace.", mixinStandardHelpOptions = true)
    static final class Get implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "NAME")
        private String name = "";

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.open().get(path(name));
            return connection.answer(reply, JsonText.pretty(reply.body()));
        }
    }

    @Command(name = "delete", description = "Delete a keyspace and its data.", mixinStandardHelpOptions = true)
    static final class Delete implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "NAME")
        private String name = "";

        @Option(names = "--confirm", required = true, paramLabel = "NAME", description = "the name once more")
        private String confirm = "";

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.open().delete(path(name) + "?confirm=" + confirm);
            return connection.answer(reply, "keyspace " + name + " is deleted");
        }
    }
}
