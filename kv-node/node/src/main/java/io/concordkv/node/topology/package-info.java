/// This node's part in the topology group: commands to it, its state, what it orders.
@NullMarked
package io.concordkv.node.topology;

import org.jspecify.annotations.NullMarked;
