/// Connections between nodes over Vert.x TCP: two a pair, one frame a turn (SAFETY F1, S5).
@NullMarked
package io.concordkv.server.peer;

import org.jspecify.annotations.NullMarked;
