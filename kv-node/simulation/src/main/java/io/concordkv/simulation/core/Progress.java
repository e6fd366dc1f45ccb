package io.concordkv.simulation.core;

/// Once faults end, new entries are committed and all members come to hold them.
final class Progress extends CoreInvariant {
    private final CoreWorld world;
    private final long before;

    Progress(CoreWorld world) {
        this.world = world;
        before = world.ledger.lastIndex();
    }

    boolean wasMade() {
        return world.ledger.lastIndex() > before + 1;
    }

    boolean hasConverged() {
        var leader = world.replicas.stream().filter(SimulatedReplica::leads).findFirst();
        return wasMade()
                && leader.isPresent()
                && world.replicas.stream()
                        .filter(replica -> leader.get().configuration().contains(replica.id()))
                        .allMatch(replica -> replica.applied() == world.ledger.lastIndex());
    }

    void mustHaveConverged() {
        require(wasMade(), "nothing was committed after %d: %s", before, world.replicas);
        require(hasConverged(), "not everybody reached %d: %s", world.ledger.lastIndex(), world.replicas);
    }
}
