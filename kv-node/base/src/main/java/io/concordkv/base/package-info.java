/// Words everyone uses: bytes, ids, log positions and entries, keys and their hash, clocks, checksums
/// and the ways to say that something is broken. Imports nothing of the project; every module may
/// import it.
@NullMarked
package io.concordkv.base;

import org.jspecify.annotations.NullMarked;
