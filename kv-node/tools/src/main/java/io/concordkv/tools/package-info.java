/// The `concord` command line. Each verb has a package of its own; `console` holds what they print
/// with, `connect` how they find a cluster, `nodes` plain node processes on this machine. Programs,
/// not a library: everything here may block its thread.
@NullMarked
package io.concordkv.tools;

import org.jspecify.annotations.NullMarked;
