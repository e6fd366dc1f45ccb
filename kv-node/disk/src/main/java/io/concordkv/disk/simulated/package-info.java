/// A disk in memory that does what real ones do at the worst moment, and the same again from the same
/// random numbers. For the simulator and tests; single-threaded.
@NullMarked
package io.concordkv.disk.simulated;

import org.jspecify.annotations.NullMarked;
