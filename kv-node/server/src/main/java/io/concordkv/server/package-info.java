/// The Quarkus process: data port, peer connections, routing, admin API, health, metrics.
@NullMarked
package io.concordkv.server;

import org.jspecify.annotations.NullMarked;
