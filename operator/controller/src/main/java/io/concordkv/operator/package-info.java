/// The operator: observe → plan → render → act → status. The reconciler only strings the five
/// steps together; nothing in it waits.
@NullMarked
package io.concordkv.operator;

import org.jspecify.annotations.NullMarked;
