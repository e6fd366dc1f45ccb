/// Offline check of log files; changes nothing.
@NullMarked
package io.concordkv.tools.wal;

import org.jspecify.annotations.NullMarked;
