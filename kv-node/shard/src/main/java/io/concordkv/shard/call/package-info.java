/// Calls on one shard as values: what a node asks of the replica that leads, itself or over the wire.
@NullMarked
package io.concordkv.shard.call;

import org.jspecify.annotations.NullMarked;
