/// Settings: typed, bounded, checked at start.
@NullMarked
package io.concordkv.server.config;

import org.jspecify.annotations.NullMarked;
