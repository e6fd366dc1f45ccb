/// The operator's own meters.
@NullMarked
package io.concordkv.operator.metric;

import org.jspecify.annotations.NullMarked;
