/// The state machine of the cluster itself: nodes, keyspaces, shard map, placement.
@NullMarked
package io.concordkv.topology;

import org.jspecify.annotations.NullMarked;
