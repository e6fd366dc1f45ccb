/// One replica of one shard, and the host of many.
@NullMarked
package io.concordkv.shard;

import org.jspecify.annotations.NullMarked;
