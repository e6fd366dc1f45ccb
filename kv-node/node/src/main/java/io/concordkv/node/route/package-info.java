/// From a call to the replica that can answer it, here or on another node (SAFETY F1).
@NullMarked
package io.concordkv.node.route;

import org.jspecify.annotations.NullMarked;
