/// The only door to files.
@NullMarked
package io.concordkv.disk;

import org.jspecify.annotations.NullMarked;
