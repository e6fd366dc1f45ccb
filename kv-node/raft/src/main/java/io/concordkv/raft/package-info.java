/// Consensus as a pure state machine.
@NullMarked
package io.concordkv.raft;

import org.jspecify.annotations.NullMarked;
