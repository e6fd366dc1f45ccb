/// What a node does by itself: expiry, balance of leaders, shard reports, reservations.
@NullMarked
package io.concordkv.node.duty;

import org.jspecify.annotations.NullMarked;
