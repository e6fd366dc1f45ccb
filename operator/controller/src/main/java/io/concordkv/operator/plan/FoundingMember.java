package io.concordkv.operator.plan;

/// One node in the body of `POST /bootstrap`.
///
/// @param address peer host and port, by name: addresses change, names do not
public record FoundingMember(String name, String volumeId, String address, String zone) {}
