/// The state machine of a key-value shard and the interface every state machine of a group keeps.
/// Only this package and `snapshot` write an engine. Owned by the replica's loop; views may be read
/// elsewhere.
@NullMarked
package io.concordkv.shard.apply;

import org.jspecify.annotations.NullMarked;
