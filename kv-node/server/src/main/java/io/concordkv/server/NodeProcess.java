package io.concordkv.server;

import io.concordkv.server.config.NodeConfig;
import io.concordkv.wire.Limits;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Opens the node when Quarkus has started and closes it on SIGTERM, leaders moved first.
@Startup
@ApplicationScoped
public class NodeProcess {
    private static final Logger LOG = Logger.getLogger(NodeProcess.class);
    private static final long DRAIN_MILLIS = 8_000;

    private final NodeConfig config;
    private final Vertx vertx;
    private final String version;
    private final Limits limits;
    private volatile @Nullable NodeHost host;

    @Inject
    public NodeProcess(
            NodeConfig config, Vertx vertx, @ConfigProperty(name = "quarkus.application.version") String version) {
        this(config, vertx, version, Limits.DEFAULT);
    }

    NodeProcess(NodeConfig config, Vertx vertx, String version, Limits limits) {
        this.config = config;
        this.vertx = vertx;
        this.version = version;
        this.limits = limits;
    }

    void started(@Observes StartupEvent event) {
        FatalExit fatal = new FatalExit(config.terminationLog());
        try {
            host = NodeHost.open(config, version, vertx, fatal, limits);
            LOG.infof(
                    "node %s: data port %d, admin port %d, peer port %d, data in %s",
                    config.node().name(),
                    config.http().port(),
                    config.admin().port(),
                    config.peer().port(),
                    config.data().dir());
        } catch (IOException | IllegalArgumentException e) {
            fatal.leave("cannot start: " + e.getMessage());
            Quarkus.asyncExit(1);
        }
    }

    void stopping(@Observes ShutdownEvent event) {
        NodeHost open = host;
        if (open == null) {
            return;
        }
        try {
            open.drain(DRAIN_MILLIS);
            open.close();
        } catch (IOException e) {
            LOG.error("the node did not close cleanly", e);
        }
    }

    /// The node, once it is open.
    public Optional<NodeHost> host() {
        return Optional.ofNullable(host);
    }

    public String version() {
        return version;
    }
}
