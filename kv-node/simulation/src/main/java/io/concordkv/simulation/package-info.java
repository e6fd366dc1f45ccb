/// A deterministic world: disk, network, clock, invariants, history checkers.
@NullMarked
package io.concordkv.simulation;

import org.jspecify.annotations.NullMarked;
