/// One-shot commands on keys.
@NullMarked
package io.concordkv.tools.kv;

import org.jspecify.annotations.NullMarked;
