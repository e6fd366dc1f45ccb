/// Leadership with several operators.
@NullMarked
package io.concordkv.operator.lead;

import org.jspecify.annotations.NullMarked;
