/// Writers that know what they were promised, and check it. Each owns its threads until it is stopped.
@NullMarked
package io.concordkv.it.load;

import org.jspecify.annotations.NullMarked;
