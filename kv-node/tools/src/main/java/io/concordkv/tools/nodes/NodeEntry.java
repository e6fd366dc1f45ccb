package io.concordkv.tools.nodes;

import java.nio.file.Path;
import java.util.OptionalLong;

/// One line of `nodes.json`.
///
/// @param pid   of the process; empty while it is stopped (`null` in the file)
/// @param http  data port, `host:port`, as the others
/// @param data  folder of the node's volume
public record NodeEntry(String name, OptionalLong pid, String http, String admin, String peer, String data) {
    /// Node `i` (1 for the first) takes three ports from `basePort + 10 · (i − 1)`.
    static NodeEntry planned(int i, int basePort, Path directory) {
        int port = basePort + 10 * (i - 1);
        return new NodeEntry(
                "n" + i,
                OptionalLong.empty(),
                "127.0.0.1:" + port,
                "127.0.0.1:" + (port + 1),
                "127.0.0.1:" + (port + 2),
                directory.resolve("n" + i).toString());
    }

    NodeEntry running(long changed) {
        return new NodeEntry(name, OptionalLong.of(changed), http, admin, peer, data);
    }

    NodeEntry stopped() {
        return new NodeEntry(name, OptionalLong.empty(), http, admin, peer, data);
    }

    static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
