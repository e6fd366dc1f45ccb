/// Which of a run's faults happen, and the search for the few that matter.
@NullMarked
package io.concordkv.simulation.fault;

import org.jspecify.annotations.NullMarked;
