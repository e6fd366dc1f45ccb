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
        Map<String, PeerFaults.Fault> faults = new TreeMap<>();
        JsonObject peers = object(body, "peers");
        for (String name : peers.fieldNames()) {
            faults.put(name, fault(object(peers, name)));
        }
        JsonObject disk = object(body, "disk");
        AdminRoutes.onlyFields(disk, "disk.", "failSync", "of", "delayMs", "full");
        FaultyDisk.FailSync failSync = failSync(Ids.text(disk, "failSync", "never"));
        String of = Ids.text(disk, "of", "");
        int delayMillis = Ids.integer(disk, "delayMs", 0);
        boolean full = flag(disk, "full");
        host.peerFaults().replace(faults);
        host.disk().setFailSync(failSync, of);
        host.disk().setDelayMillis(delayMillis);
        host.disk().setFull(full);
        get(host, context, body);
    }

    private static PeerFaults.Fault fault(JsonObject fault) {
        AdminRoutes.onlyFields(fault, "peers.", "drop", "delayMs", "direction");
        String direction = Ids.text(fault, "direction", "both");
        if (!direction.matches("in|out|both")) {
            throw Problem.invalidArgument("direction: want in, out or both, got " + direction)
                    .asException();
        }
        return new PeerFaults.Fault(
                probability(fault, "drop"),
                Ids.integer(fault, "delayMs", 0),
                !direction.equals("out"),
                !direction.equals("in"));
    }

    private static JsonObject object(JsonObject body, String field) {
        Object value = body.getValue(field);
        if (value == null) {
            return new JsonObject();
        }
        if (!(value instanceof JsonObject object)) {
            throw Problem.invalidArgument(field + ": want an object, got " + value)
                    .asException();
        }
        return object;
    }

    private static boolean flag(JsonObject body, String field) {
        Object value = body.getValue(field);
        if (value != null && !(value instanceof Boolean)) {
            throw Problem.invalidArgument(field + ": want true or false, got " + value)
                    .asException();
        }
        return Boolean.TRUE.equals(value);
    }

    private static double probability(JsonObject body, String field) {
        Object value = body.getValue(field);
        if (value == null) {
            return 0;
        }
        if (!(value instanceof Number number) || number.doubleValue() < 0 || number.doubleValue() > 1) {
            throw Problem.invalidArgument(field + ": want 0.0 to 1.0, got " + value)
                    .asException();
        }
        return number.doubleValue();
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
