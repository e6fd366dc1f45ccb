package io.concordkv.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.base.Bytes;
import io.concordkv.client.ConcordClient;
import io.concordkv.client.ConcordException;
import io.concordkv.client.Entry;
import io.concordkv.client.Keyspace;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.Table;
import io.concordkv.tools.kv.Text;
import io.concordkv.tools.remote.AdminClient;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListParameters;
import io.concordkv.wire.ProblemException;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// One line in, its answer out. Knows nothing of terminals.
final class ShellSession {
    static final List<String> WORDS = List.of("SET", "GET", "DEL", "COUNT", "SCAN", "STATUS", "ENGINE", "HELP", "QUIT");
    private static final int SCAN_MAX = 100;

    private final ConcordClient client;
    private final Keyspace keys;
    private final String keyspace;
    private final Supplier<AdminClient> admin;
    private final PrintStream out;
    private boolean failed;

    /// @param admin looked for only when a command needs it
    ShellSession(ConcordClient client, String keyspace, Supplier<AdminClient> admin, PrintStream out) {
        this.client = client;
        this.keys = client.keyspace(keyspace);
        this.keyspace = keyspace;
        this.admin = admin;
        this.out = out;
    }

    /// Whether some line was refused.
    boolean hasFailed() {
        return failed;
    }

    /// A person has seen the refusals.
    void forgive() {
        failed = false;
    }

    /// @return false when the session is over
    boolean execute(String line) {
        try {
            List<String> words = Words.split(line);
            return words.isEmpty() || perform(words);
        } catch (ConcordException | ProblemException | CommandFailure e) {
            failed = true;
            out.println("(error) " + e.getMessage());
        } catch (IOException e) {
            failed = true;
            out.println("(error) " + e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return true;
    }

    private boolean perform(List<String> words) throws IOException {
        List<String> rest = words.subList(1, words.size());
        String verb = words.getFirst().toUpperCase(Locale.ROOT);
        switch (verb) {
            case "SET" -> {
                want(rest, 2, 2, "SET key value (quotes around spaces)");
                var stored = keys.put(Text.utf8(rest.get(0)), Text.utf8(rest.get(1)));
                out.println("OK revision " + stored.revision());
            }
            case "GET" -> {
                want(rest, 1, 1, "GET key");
                Optional<Entry> found = keys.get(Text.utf8(rest.getFirst()));
                out.println(found.map(entry -> Text.printable(entry.value())).orElse("(nil)"));
            }
            case "DEL" -> {
                want(rest, 1, 1, "DEL key");
                out.println(keys.delete(Text.utf8(rest.getFirst())).wasPresent() ? "1" : "0");
            }
            case "COUNT" -> {
                want(rest, 0, 1, "COUNT [prefix]");
                out.println(keys.count(matching(rest)));
            }
            case "SCAN" -> {
                want(rest, 0, 1, "SCAN [prefix]");
                scan(matching(rest));
            }
            case "STATUS" -> {
                want(rest, 0, 0, "STATUS");
                status();
            }
            case "ENGINE" -> {
                want(rest, 0, 1, "ENGINE [name]");
                engine(rest);
            }
            case "HELP" -> help();
            case "QUIT", "EXIT" -> {
                return false;
            }
            default -> throw CommandFailure.usage("no command " + verb + "; HELP lists them");
        }
        return true;
    }

    private static ListParameters matching(List<String> rest) {
        return rest.isEmpty() ? ListParameters.ALL : ListParameters.ALL.withPrefix(Bytes.utf8(rest.getFirst()));
    }

    private static void want(List<String> rest, int min, int max, String usage) {
        if (rest.size() < min || rest.size() > max) {
            throw CommandFailure.usage("usage: " + usage);
        }
    }

    private void scan(ListParameters parameters) {
        var page = keys.list(parameters.withLimit(SCAN_MAX));
        Table table = new Table("KEY", "VALUE");
        for (ListItem item : page.items()) {
            byte[] value = item.value();
            table.row(Text.printable(item.key()), value == null ? "" : Text.printable(value));
        }
        table.print(out);
        if (page.next() != null) {
            out.println("(the first " + SCAN_MAX + "; use a longer prefix, or: concord kv scan --limit 0)");
        }
    }

    private void status() {
        TopologyMap map = client.awaitTopology();
        out.println("cluster " + map.clusterId() + ", epoch " + map.epoch());
        Table nodes = new Table("NODE", "NAME", "HTTP", "LEADS");
        for (TopologyMap.Node node : map.nodes()) {
            long leads = map.shards().stream()
                    .filter(shard -> node.id().equals(shard.leader()))
                    .count();
            nodes.row(node.id(), node.name(), node.http(), leads);
        }
        nodes.print(out);
        Table shards = new Table("SHARD", "KEYSPACE", "LEADER", "REPLICAS");
        for (TopologyMap.Shard shard : map.shards()) {
            shards.row(
                    shard.id(),
                    shard.keyspace(),
                    shard.leader() == null ? "(none)" : shard.leader(),
                    String.join(",", shard.replicas()));
        }
        shards.print(out);
    }

    private void engine(List<String> rest) throws IOException {
        String path = "/admin/v1/keyspaces/" + keyspace;
        AdminClient.Reply reply = admin.get().get(path);
        if (reply.isSuccess() && !rest.isEmpty()) {
            JsonNode wanted = JsonText.object()
                    .put("engine", rest.getFirst())
                    .put("shards", reply.body().path("shards").asInt())
                    .put("mode", reply.body().path("mode").asText())
                    .put("durability", reply.body().path("durability").asText())
                    .put(
                            "replicationFactor",
                            reply.body().path("replicationFactor").asInt());
            reply = admin.get().put(path, wanted);
        }
        if (!reply.isSuccess()) {
            throw CommandFailure.refused(reply.explanation());
        }
        out.println(reply.body().path("engine").asText());
    }

    private void help() {
        new Table("COMMAND", "DOES")
                .row("SET key value", "store a value")
                .row("GET key", "print it, or (nil)")
                .row("DEL key", "remove it: 1, or 0 when it was not there")
                .row("COUNT [prefix]", "count keys")
                .row("SCAN [prefix]", "print keys and values in order")
                .row("STATUS", "nodes, shards and their leaders")
                .row("ENGINE [name]", "the keyspace's storage engine; with a name, ask to change it")
                .row("QUIT", "end")
                .print(out);
    }
}
