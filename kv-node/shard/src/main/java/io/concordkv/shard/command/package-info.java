/// What a shard's log can say: commands, their results, and the bytes of both. Pure values; every
/// package of this module may import them.
@NullMarked
package io.concordkv.shard.command;

import org.jspecify.annotations.NullMarked;
