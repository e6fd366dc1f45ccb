/// Java client: knows the shard map, sends each call to the node that leads its shard, and sends again
/// only what provably did not happen or cannot happen twice. [io.concordkv.client.ConcordClient] is
/// the door; [io.concordkv.client.AsyncKeyspace] answers with futures on Vert.x event loops,
/// [io.concordkv.client.Keyspace] waits. Imports wire and Vert.x core.
@NullMarked
package io.concordkv.client;

import org.jspecify.annotations.NullMarked;
