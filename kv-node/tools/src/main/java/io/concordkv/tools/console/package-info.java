/// What commands print with: tables, JSON, progress, failures and exit codes.
@NullMarked
package io.concordkv.tools.console;

import org.jspecify.annotations.NullMarked;
