/// The state machine of shard 0.
@NullMarked
package io.concordkv.topology.machine;

import org.jspecify.annotations.NullMarked;
