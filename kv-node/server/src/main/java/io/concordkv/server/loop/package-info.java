/// The loop and the background threads of a real process.
@NullMarked
package io.concordkv.server.loop;

import org.jspecify.annotations.NullMarked;
