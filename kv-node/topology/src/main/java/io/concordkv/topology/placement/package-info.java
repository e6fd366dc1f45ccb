/// Which nodes hold which replica: pure functions of the nodes.
@NullMarked
package io.concordkv.topology.placement;

import org.jspecify.annotations.NullMarked;
