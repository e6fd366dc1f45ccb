package io.concordkv.tools.connect;

import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.nodes.NodesFile;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the admin ports are.
public final class AdminOptions {
    private static final String ADMIN_DEFAULT = "127.0.0.1:9000";
    private static final int PROBE_MILLIS = 1_000;

    @Option(
            names = "--admin",
            split = ",",
            paramLabel = "http://HOST:PORT",
            description = "admin ports; the first that answers is used, default http://" + ADMIN_DEFAULT)
    private List<String> addresses = new ArrayList<>();

    @Option(names = "--dir", paramLabel = "DIR", description = "the nodes of DIR/nodes.json instead of --admin")
    private @Nullable Path directory;

    /// The first admin port that answers.
    ///
    /// @throws CommandFailure when none does
    public AdminClient connect() {
        if (directory != null && !addresses.isEmpty()) {
            throw CommandFailure.usage("--admin and --dir exclude each other");
        }
        List<String> candidates =
                directory != null ? ports(directory) : addresses.isEmpty() ? List.of(ADMIN_DEFAULT) : addresses;
        return firstThatAnswers(candidates);
    }

    static List<String> ports(Path directory) {
        return new NodesFile(directory).read().stream().map(NodeEntry::admin).toList();
    }

    static AdminClient firstThatAnswers(List<String> candidates) {
        StringBuilder why = new StringBuilder();
        for (String address : candidates) {
            AdminClient client = new AdminClient(address);
            try {
                if (client.get("/admin/v1/node", PROBE_MILLIS).isSuccess()) {
                    return client;
                }
                why.append("\n  ").append(address).append(": is no admin port");
            } catch (IOException | IllegalArgumentException e) {
                why.append("\n  ").append(address).append(": ").append(e.getMessage());
            }
        }
        throw CommandFailure.refused("no admin port answers:" + why);
    }
}
