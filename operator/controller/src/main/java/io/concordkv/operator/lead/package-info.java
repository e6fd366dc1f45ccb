/// Which of several operators acts: one, agreed on by a Lease.
@NullMarked
package io.concordkv.operator.lead;

import org.jspecify.annotations.NullMarked;
