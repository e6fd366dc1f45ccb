package io.concordkv.server.admin;

import io.concordkv.disk.FaultyDisk;
import io.concordkv.server.NodeHost;
import io.concordkv.server.peer.PeerFaults;
import io.concordkv.wire.Problem;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Faults injected by tests; only there with `concord.faults.enabled`.
final class FaultOperations {
    private FaultOperations() {}

    static void get(NodeHost host, RoutingContext context, JsonObject body) {
        JsonObject peers = new JsonObject();
        host.peerFaults()
                .present()
                .forEach((name, fault) -> peers.put(
                        name,
                        new JsonObject()
                                .put("drop", fault.drop())
                                .put("delayMs", fault.delayMillis())
                                .put("direction", fault.in() && fault.out() ? "both" : fault.in() ? "in" : "out")));
        AdminRoutes.json(
                context,
                200,
                new JsonObject()
                        .put("peers", peers)
                        .put("disk", new JsonObject().put("full", host.disk().isFull())));
    }

    static void put(NodeHost host, RoutingContext context, JsonObject body) {
        AdminRoutes.onlyFields(body, "", "peers", "disk");
        Map<String, PeerFaults.Fault> faults = new TreeMap<>();
        JsonObject peers = body.getJsonObject("peers", new JsonObject());
        for (String name : peers.fieldNames()) {
            faults.put(name, fault(peers.getJsonObject(name)));
        }
        JsonObject disk = body.getJsonObject("disk", new JsonObject());
        AdminRoutes.onlyFields(disk, "disk.", "failSync", "delayMs", "full");
        FaultyDisk.FailSync failSync = failSync(disk.getString("failSync", "never"));
        host.peerFaults().replace(faults);
        host.disk().setFailSync(failSync);
        host.disk().setDelayMillis(disk.getLong("delayMs", 0L));
        host.disk().setFull(disk.getBoolean("full", false));
        get(host, context, body);
    }

    private static PeerFaults.Fault fault(JsonObject fault) {
        AdminRoutes.onlyFields(fault, "peers.", "drop", "delayMs", "direction");
        String direction = fault.getString("direction", "both");
        if (!direction.matches("in|out|both")) {
            throw Problem.invalidArgument("direction: want in, out or both, got " + direction)
                    .asException();
        }
        return new PeerFaults.Fault(
                fault.getDouble("drop", 0.0),
                fault.getLong("delayMs", 0L),
                !direction.equals("out"),
                !direction.equals("in"));
    }

    private static FaultyDisk.FailSync failSync(String text) {
        for (FaultyDisk.FailSync each : FaultyDisk.FailSync.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        throw Problem.invalidArgument("disk.failSync: want never, once or always, got " + text)
                .asException();
    }
}
