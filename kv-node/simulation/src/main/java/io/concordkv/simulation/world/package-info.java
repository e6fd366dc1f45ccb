/// Whole nodes in a deterministic world: the real code of everything below the server on a simulated
/// disk, network, clock and loop. One seed, one run, one trace hash.
@NullMarked
package io.concordkv.simulation.world;

import org.jspecify.annotations.NullMarked;
