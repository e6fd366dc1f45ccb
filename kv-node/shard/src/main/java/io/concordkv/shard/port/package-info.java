/// What a node needs from the world around it. The server and the simulator each give their own.
@NullMarked
package io.concordkv.shard.port;

import org.jspecify.annotations.NullMarked;
