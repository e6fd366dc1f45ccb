/// `concord up` and `concord down`: a short-lived command in front, the supervisor process behind
/// it, and one file between them, `DIR/supervisor.json`, which the supervisor writes and commands
/// read. The supervisor owns everything that runs.
@NullMarked
package io.concordkv.local.command;

import org.jspecify.annotations.NullMarked;
