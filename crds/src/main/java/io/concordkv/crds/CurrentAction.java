package io.concordkv.crds;

/// The one disruptive thing under way.
public record CurrentAction(String type, String target, String startedAt, String reason) {}
