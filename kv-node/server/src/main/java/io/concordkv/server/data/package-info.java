/// The data port (API §1 to §3): a bare Vert.x HTTP server.
@NullMarked
package io.concordkv.server.data;

import org.jspecify.annotations.NullMarked;
