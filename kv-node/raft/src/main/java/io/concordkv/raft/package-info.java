/// Consensus as a pure state machine: an [io.concordkv.raft.Input] goes into
/// [io.concordkv.raft.RaftCore#step], a list of [io.concordkv.raft.Effect]s comes out. No file, clock,
/// thread or hash order inside; time is an argument and randomness comes from a given seed. Imports
/// `base` only. A core belongs to whoever steps it, one caller at a time.
@NullMarked
package io.concordkv.raft;

import org.jspecify.annotations.NullMarked;
