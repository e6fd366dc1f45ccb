/// What lies on a volume that says who it is (SAFETY I1, I2, I5).
@NullMarked
package io.concordkv.node.identity;

import org.jspecify.annotations.NullMarked;
