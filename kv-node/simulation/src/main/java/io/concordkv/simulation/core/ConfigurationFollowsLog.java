package io.concordkv.simulation.core;

/// The configuration in force is the newest one in the log, compacted or not (SAFETY L7).
final class ConfigurationFollowsLog extends CoreInvariant {
    @Override
    void stepped(SimulatedReplica replica) {
        long expected = replica.newestConfigurationIndex();
        require(
                replica.configurationIndex() == expected,
                "%s goes by configuration %d, its log says %d",
                replica.id(),
                replica.configurationIndex(),
                expected);
    }
}
