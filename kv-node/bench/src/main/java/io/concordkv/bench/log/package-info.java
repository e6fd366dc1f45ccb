/// The write-ahead log beside a bare loop of synced writes, its restart, its room, and what it allocates.
@NullMarked
package io.concordkv.bench.log;

import org.jspecify.annotations.NullMarked;
