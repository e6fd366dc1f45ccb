/// How a cluster begins: one body, and everything that follows from it (SAFETY I2).
@NullMarked
package io.concordkv.topology.founding;

import org.jspecify.annotations.NullMarked;
