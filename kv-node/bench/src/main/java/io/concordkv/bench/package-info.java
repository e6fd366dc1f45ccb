/// Microbenchmarks, load generator, side-by-side runs against peers.
@NullMarked
package io.concordkv.bench;

import org.jspecify.annotations.NullMarked;
