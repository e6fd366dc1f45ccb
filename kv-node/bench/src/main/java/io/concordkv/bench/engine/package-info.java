/// Engines side by side with what a Java user would take instead. Every subject runs in a JVM of its own.
@NullMarked
package io.concordkv.bench.engine;

import org.jspecify.annotations.NullMarked;
