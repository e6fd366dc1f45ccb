/// How nodes found a cluster together, in two phases (SAFETY I2).
@NullMarked
package io.concordkv.node.founding;

import org.jspecify.annotations.NullMarked;
