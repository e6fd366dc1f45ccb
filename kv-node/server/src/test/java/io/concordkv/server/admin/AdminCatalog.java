package io.concordkv.server.admin;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The calls of the admin API as texts, for tests elsewhere.
public final class AdminCatalog {
    private AdminCatalog() {}

    /// What a call takes.
    public record Shape(Set<String> query, Set<String> fields) {}

    /// By method and path, parameters in braces.
    public static Map<String, Shape> calls() {
        Map<String, Shape> calls = new TreeMap<>();
        for (AdminCall call : AdminCall.all(true)) {
            String path = "/admin/v1" + call.path().replaceAll("/:([a-z]+)", "/{$1}");
            calls.put(call.method() + " " + path, new Shape(new TreeSet<>(call.query()), new TreeSet<>(call.fields())));
        }
        return calls;
    }
}
