/// The engine `memory`. Nothing survives the process: durability comes from the Raft log and snapshots.
@NullMarked
package io.concordkv.engine.memory;

import org.jspecify.annotations.NullMarked;
