/// Step 2: a pure function from snapshot to plan. All safety rules live here; no I/O, clock or
/// chance inside.
@NullMarked
package io.concordkv.operator.plan;

import org.jspecify.annotations.NullMarked;
