/// What the admin interface asks of a node, answered from the topology group, the shards and the reservations.
@NullMarked
package io.concordkv.node.admin;

import org.jspecify.annotations.NullMarked;
