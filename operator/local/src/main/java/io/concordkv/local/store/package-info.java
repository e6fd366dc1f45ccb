/// The objects of the local endpoint in memory, the log of their changes and their files.
/// One lock orders all writes. Used by the `api` package only.
@NullMarked
package io.concordkv.local.store;

import org.jspecify.annotations.NullMarked;
