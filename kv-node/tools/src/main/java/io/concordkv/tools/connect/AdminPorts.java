package io.concordkv.tools.connect;

import io.concordkv.tools.remote.AdminClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds an admin port for someone who knows only data ports: as `nodes.json` says, else at the
/// default port of the same host, else one above the data port, where `concord nodes` puts it.
public final class AdminPorts {
    private AdminPorts() {}

    /// @param admin     as the user gave it; null = look for one
    /// @param directory of nodes.json; null without
    public static AdminClient find(@Nullable String admin, @Nullable Path directory, List<String> dataPorts) {
        if (admin != null) {
            return new AdminClient(admin);
        }
        if (directory != null) {
            return AdminOptions.firstThatAnswers(AdminOptions.ports(directory));
        }
        List<String> candidates = new ArrayList<>();
        for (String address : dataPorts) {
            String bare = address.startsWith("http://") ? address.substring("http://".length()) : address;
            int colon = bare.lastIndexOf(':');
            String host = bare.substring(0, colon);
            int port = Integer.parseInt(bare.substring(colon + 1).replace("/", ""));
            candidates.add(host + ":" + (port + 1));
            candidates.add(host + ":9000");
        }
        return AdminOptions.firstThatAnswers(candidates);
    }
}
