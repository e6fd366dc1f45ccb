package io.concordkv.simulation.world;

/// Something happened that no cluster promises to survive, like damage that spread before it could be found. Ends the
/// run without a finding.
final class BeyondModel extends RuntimeException {
    private static final long serialVersionUID = 1;

    BeyondModel(String what) {
        super(what);
    }
}
