/// Runs a staged image so that its JVM records an ahead-of-time cache, and proves that the JVM takes it.
@NullMarked
package io.concordkv.image.train;

import org.jspecify.annotations.NullMarked;
