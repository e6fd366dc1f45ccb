/// Raft cores alone, on a model of disk and network: no bytes, no threads, many seeds a second. A seed
/// expands into printed options, a run of faults and a quiet end; invariants watch every step. Everything
/// happens on the calling thread and follows from the seed alone.
@NullMarked
package io.concordkv.simulation.core;

import org.jspecify.annotations.NullMarked;
