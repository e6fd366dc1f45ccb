/// The admin API (API §4) on Quarkus' own HTTP server.
@NullMarked
package io.concordkv.server.admin;

import org.jspecify.annotations.NullMarked;
