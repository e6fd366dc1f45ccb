/// One segmented write-ahead log per node, shared by all Raft groups.
@NullMarked
package io.concordkv.wal;

import org.jspecify.annotations.NullMarked;
