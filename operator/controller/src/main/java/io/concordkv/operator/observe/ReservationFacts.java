package io.concordkv.operator.observe;

/// Who holds the right to stop which node (SAFETY R8).
public record ReservationFacts(String nodeId, String owner) {}
