/// Figures for Prometheus (API §7).
@NullMarked
package io.concordkv.server.metric;

import org.jspecify.annotations.NullMarked;
