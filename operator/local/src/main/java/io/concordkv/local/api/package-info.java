/// The API endpoint: HTTP, discovery, reads, writes, watches and tables. The store's lock orders
/// writes; requests run on virtual threads, answers are written on the connection's event loop.
@NullMarked
package io.concordkv.local.api;

import org.jspecify.annotations.NullMarked;
