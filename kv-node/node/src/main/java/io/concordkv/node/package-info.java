/// One node without its sockets: from the identity on its volume to answered calls. The server gives it
/// real loops and connections, the simulator simulated ones; everything between is the same code.
@NullMarked
package io.concordkv.node;

import org.jspecify.annotations.NullMarked;
