package io.concordkv.tools.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.Progress;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Nodes that come and go: `concord admin join|drain|undrain|remove|replace`.
final class MembersCommand {
    private static final long POLL_NANOS = 500_000_000;

    private MembersCommand() {}

    /// Asks about a node until what was begun has ended.
    private static void await(AdminCommand.Connection connection, String node, Set<String> until) throws IOException {
        Progress progress = new Progress(System.err);
        while (true) {
            AdminClient.Reply reply = connection.open().get("/admin/v1/nodes/" + node);
            boolean gone = reply.body().path("code").asText().equals("node-not-found");
            if (gone || until.contains(reply.body().path("state").asText())) {
                return;
            }
            JsonNode shards = reply.body().path("shards");
            progress.step("node " + node + " is " + reply.body().path("state").asText() + " with " + shards.size()
                    + " shards");
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Command(
            name = "join",
            description = "Let an empty node join the cluster; see its volume with GET /admin/v1/node.",
            mixinStandardHelpOptions = true)
    static final class Join implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "NAME")
        private String name = "";

        @Option(names = "--volume", required = true, paramLabel = "VOLUME-ID")
        private String volume = "";

        @Option(names = "--address", required = true, paramLabel = "HOST:PORT", description = "its peer port")
        private String address = "";

        @Option(names = "--zone", defaultValue = "", paramLabel = "ZONE")
        private String zone = "";

        @Override
        public Integer call() throws IOException {
            ObjectNode body = JsonText.object()
                    .put("name", name)
                    .put("volumeId", volume)
                    .put("address", address)
                    .put("zone", zone);
            AdminClient.Reply reply = connection.open().post("/admin/v1/nodes", body);
            return connection.answer(
                    reply,
                    name + " joins as node " + reply.body().path("nodeId").asText());
        }
    }

    @Command(
            name = "drain",
            description = "Move all replicas off a node; it stays a member. Refused when there are too few others.",
            mixinStandardHelpOptions = true)
    static final class Drain implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "NODE-ID")
        private String node = "";

        @Option(names = "--wait", description = "return when the node holds nothing any more")
        private boolean wait;

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.open().post("/admin/v1/nodes/" + node + ":drain", null);
            if (wait && reply.isSuccess()) {
                await(connection, node, Set.of("drained", "removed", "serving"));
            }
            return connection.answer(reply, "node " + node + (wait ? " is drained" : " is being drained"));
        }
    }

    @Command(name = "undrain", description = "Take a drain back.", mixinStandardHelpOptions = true)
    static final class Undrain implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "NODE-ID")
        private String node = "";

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.open().post("/admin/v1/nodes/" + node + ":undrain", null);
            return connection.answer(reply, "node " + node + " may hold replicas again");
        }
    }

    @Command(
            name = "remove",
            description = "Let a drained node go. Its volume is set aside and it starts empty, for good.",
            mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "NODE-ID")
        private String node = "";

        @Override
        public Integer call() throws IOException {
            AdminClient.Reply reply = connection.open().post("/admin/v1/nodes/" + node + ":remove", null);
            return connection.answer(reply, "node " + node + " is being removed");
        }
    }

    @Command(
            name = "replace",
            description = "Give the volume of a lost, rolled-back or damaged node up, for good: nothing from it counts"
                    + " any more. Refused when a shard has no caught-up majority without it.",
            mixinStandardHelpOptions = true)
    static final class Replace implements Callable<Integer> {
        @Mixin
        private AdminCommand.Connection connection = new AdminCommand.Connection();

        @Parameters(index = "0", paramLabel = "NODE-ID")
        private String node = "";

        @Option(names = "--volume", paramLabel = "VOLUME-ID", description = "of the empty node that takes over")
        private @Nullable String volume;

        @Option(names = "--address", paramLabel = "HOST:PORT", description = "its peer port")
        private @Nullable String address;

        @Override
        public Integer call() throws IOException {
            if ((volume == null) != (address == null)) {
                throw CommandFailure.usage("want --volume and --address, or none of them");
            }
            ObjectNode body = JsonText.object();
            if (volume != null) {
                body.put("volumeId", volume).put("address", address);
            }
            AdminClient.Reply reply = connection.open().post("/admin/v1/nodes/" + node + ":replace", body);
            String heir = reply.body().path("nodeId").asText();
            return connection.answer(
                    reply, "node " + node + " is given up" + (volume == null ? "" : "; node " + heir + " takes over"));
        }
    }
}
