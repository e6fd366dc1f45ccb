/// The interactive shell.
@NullMarked
package io.concordkv.tools.shell;

import org.jspecify.annotations.NullMarked;
