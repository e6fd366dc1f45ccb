/// Step 5: what the user reads: conditions, members, current action, blockers, events.
@NullMarked
package io.concordkv.operator.status;

import org.jspecify.annotations.NullMarked;
