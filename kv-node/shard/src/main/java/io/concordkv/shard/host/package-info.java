/// Many replicas on one loop: frames to and from other nodes, durability, the fence against old volumes,
/// clocks, and questions between nodes.
@NullMarked
package io.concordkv.shard.host;

import org.jspecify.annotations.NullMarked;
