/// Step 4: carries a plan out: server-side apply, deletions that name a UID, admin calls.
@NullMarked
package io.concordkv.operator.act;

import org.jspecify.annotations.NullMarked;
