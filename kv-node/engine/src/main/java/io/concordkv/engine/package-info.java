/// What a storage engine is: an ordered map of bytes with atomic batches and read views. Imports base
/// and disk only; the shard module writes through it, and nobody else does. An engine owns no thread:
/// one thread at a time writes, any number of threads read beside it.
@NullMarked
package io.concordkv.engine;

import org.jspecify.annotations.NullMarked;
