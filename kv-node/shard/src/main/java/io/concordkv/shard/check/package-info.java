/// The search for damage (SAFETY S10): hashes of a shard's state, compared between its replicas, and reading the
/// whole log again and again. Used by replicas and their host; all methods are called on the loop.
@NullMarked
package io.concordkv.shard.check;

import org.jspecify.annotations.NullMarked;
