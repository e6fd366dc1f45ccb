package io.concordkv.operator.observe;

/// A node either answered or it did not; silence proves nothing about its data.
public sealed interface NodeAnswer {
    record Answered(NodeFacts facts) implements NodeAnswer {}

    record Silent(String reason) implements NodeAnswer {}
}
