package io.concordkv.server.admin;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.Membership;
import io.concordkv.server.NodeHost;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/// Ids and fields of admin calls, checked.
final class Ids {
    private Ids() {}

    static Membership member(NodeHost host) {
        return host.node()
                .membership()
                .orElseThrow(
                        () -> Problem.of(ProblemCode.NOT_BOOTSTRAPPED, "this node does not belong to a cluster yet")
                                .asException());
    }

    static NodeId node(RoutingContext context) {
        return new NodeId(number(path(context, "id"), ProblemCode.NODE_NOT_FOUND, "node"));
    }

    static ShardId shard(RoutingContext context) {
        return new ShardId(number(path(context, "id"), ProblemCode.SHARD_NOT_FOUND, "shard"));
    }

    static long move(RoutingContext context) {
        return number(path(context, "id"), ProblemCode.MOVE_NOT_FOUND, "move");
    }

    /// A named part of the path; empty when the pattern has none of that name.
    static String path(RoutingContext context, String name) {
        String value = context.pathParam(name);
        return value == null ? "" : value;
    }

    private static long number(String text, ProblemCode code, String what) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(it -> it >= '0' && it <= '9')) {
            throw Problem.of(code, "there is no " + what + " '" + text + "': ids are decimal numbers")
                    .asException();
        }
        return Long.parseLong(text);
    }

    static String text(JsonObject body, String field) {
        Object value = body.getValue(field);
        if (!(value instanceof String text) || text.isEmpty() || text.length() > 253) {
            throw Problem.invalidArgument(field + ": want a text of 1 to 253 characters")
                    .asException();
        }
        return text;
    }

    static String text(JsonObject body, String field, String absent) {
        return body.containsKey(field) ? text(body, field) : absent;
    }

    /// A text that may be empty or absent.
    static String optionalText(JsonObject body, String field) {
        Object value = body.getValue(field);
        return value == null || value.equals("") ? "" : text(body, field);
    }

    static int integer(JsonObject body, String field, int absent) {
        Object value = body.getValue(field);
        if (value == null) {
            return absent;
        }
        if (!(value instanceof Integer number)) {
            throw Problem.invalidArgument(field + ": want a whole number, got " + value)
                    .asException();
        }
        return number;
    }

    /// The problem of an admin answer's code.
    static Problem problem(String code, List<String> reasons) {
        for (ProblemCode each : ProblemCode.values()) {
            if (each.text().equals(code)) {
                return Problem.of(each, String.join("; ", reasons))
                        .with(io.concordkv.wire.ProblemField.REASONS, reasons);
            }
        }
        return Problem.of(ProblemCode.INTERNAL, code + ": " + String.join("; ", reasons));
    }
}
