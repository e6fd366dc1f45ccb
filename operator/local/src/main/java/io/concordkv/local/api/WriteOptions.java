package io.concordkv.local.api;

import io.concordkv.local.object.StatusException;
import java.util.ArrayList;
import java.util.List;

/// How a write is asked for.
///
/// @param manager  who owns the fields it sets
/// @param warnings filled while the write runs; sent as `Warning` headers
record WriteOptions(boolean dryRun, String manager, boolean force, UnknownFields unknownFields, List<String> warnings) {
    enum UnknownFields {
        IGNORE,
        WARN,
        STRICT
    }

    static WriteOptions of(ApiRequest request) {
        String manager = request.parameter("fieldManager");
        for (String value : request.parameters("dryRun")) {
            if (!value.equals("All")) {
                throw StatusException.badRequest(
                        "dryRun: Unsupported value: \"" + value + "\": supported values: \"All\"");
            }
        }
        UnknownFields unknown = switch (request.parameter("fieldValidation")) {
            case "Strict" -> UnknownFields.STRICT;
            case "Ignore" -> UnknownFields.IGNORE;
            case "", "Warn" -> UnknownFields.WARN;
            default ->
                throw StatusException.badRequest("fieldValidation: supported values: \"Ignore\", \"Strict\", \"Warn\"");
        };
        return new WriteOptions(
                !request.parameter("dryRun").isEmpty(),
                manager.isEmpty() ? request.userAgentName() : manager,
                request.flag("force"),
                unknown,
                new ArrayList<>());
    }

    /// For what the server does itself.
    static WriteOptions internal(String manager) {
        return new WriteOptions(false, manager, true, UnknownFields.IGNORE, new ArrayList<>());
    }
}
