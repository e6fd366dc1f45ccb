/// The cluster's own state as values: nodes, keyspaces, shards, the reservation.
@NullMarked
package io.concordkv.topology.state;

import org.jspecify.annotations.NullMarked;
