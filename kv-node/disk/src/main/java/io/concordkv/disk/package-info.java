/// The only door to files. Everything durable goes through [io.concordkv.disk.Disk], so that the
/// simulator can lose, tear, delay and rot what real devices lose, tear, delay and rot.
///
/// Imports `base` only; every module that stores something may import it. No thread of its own:
/// callers block on their own threads, never on an event loop.
@NullMarked
package io.concordkv.disk;

import org.jspecify.annotations.NullMarked;
