/// Liveness, readiness and start as SmallRye Health checks (SAFETY F2).
@NullMarked
package io.concordkv.server.health;

import org.jspecify.annotations.NullMarked;
