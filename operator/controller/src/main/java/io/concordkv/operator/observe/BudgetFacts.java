package io.concordkv.operator.observe;

/// The disruption budget.
///
/// @param maxUnavailable what its spec allows
/// @param closed         its controller has seen that spec and allows no disruption (SAFETY F2)
public record BudgetFacts(int maxUnavailable, boolean closed) {}
