/// Step 3: the objects a cluster should have, made from its spec alone. Pure.
@NullMarked
package io.concordkv.operator.render;

import org.jspecify.annotations.NullMarked;
