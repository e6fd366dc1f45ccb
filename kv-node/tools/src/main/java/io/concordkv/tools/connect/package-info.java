/// How a command finds its cluster: options for data and admin ports.
@NullMarked
package io.concordkv.tools.connect;

import org.jspecify.annotations.NullMarked;
