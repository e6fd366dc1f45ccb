/// Single steps of the write path, for JMH: time and allocation.
@NullMarked
package io.concordkv.bench.step;

import org.jspecify.annotations.NullMarked;
