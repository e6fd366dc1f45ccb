/// The concord command line; offline dump and check of files.
@NullMarked
package io.concordkv.tools;

import org.jspecify.annotations.NullMarked;
